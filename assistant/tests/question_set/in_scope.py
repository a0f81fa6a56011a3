"""Questions that the four charts answer, as people ask them, with what the answer has to contain.

Each line: whose chart | the question; before a follow-up what was asked first, and >> | what must be in the answer.
"""

QUESTIONS = """
amara | What was her last potassium? | 5.9 mmol/L
amara | latest K+ | 5.9
amara | Is the potassium too high? | 5.9 ; above
amara | what is the hba1c now | 7.1
amara | How has HbA1c developed? | 8.4 ; 7.1
amara | Show me the trend of her glycated haemoglobin | 7.1
amara | long-term blood sugar over time | 7.1
amara | What was the HbA1c in May 2026? | 7.4
amara | last potassium >> and last year? | 4.6
amara | potassium >> and the creatinine? | 97
amara | How is her kidney function? | 55
amara | eGFR please | 55
amara | Has the eGFR fallen? | 68 ; 55
amara | creatinine trend | 82 ; 97
amara | LDL cholesterol? | 2.4
amara | Did her cholesterol go down? | 3.6 ; 2.4
amara | haemoglobin | 12.9
amara | What's the hemoglobin value? | 12.9
amara | Which lab values are abnormal? | 5.9
amara | any abnormal results in November 2026? | 5.9
amara | Last blood pressure? | 134
amara | what was bp at the last visit | 134 ; 82
amara | How did the blood pressure develop over the year? | 158 ; 134
amara | Blood pressure in May 2026 | 146
amara | How much does she weigh? | 88.2
amara | Has she lost weight? | 93 ; 88.2
amara | current pulse | 72
amara | heart rate last year | 78
amara | How tall is she? | 164
amara | Is she allergic to anything? | Penicillin
amara | allergies? | anaphylaxis
amara | What happens when she takes penicillin? | anaphylaxis
amara | Which medicines does she take? | Metformin ; Ramipril ; Atorvastatin
amara | current medication list | Metformin
amara | what dose of ramipril is she on | 5 mg
amara | Is she taking metformin? | Metformin 1000 mg
amara | metfromin dose? | 1000 mg
amara | Does she take a statin such as atorvastatin? | Atorvastatin 20 mg
amara | What are her diagnoses? | diabetes ; hypertension
amara | problem list | diabetes
amara | Since when does she have diabetes? | 2014
amara | Are there any alerts? | Igbo
amara | does she need an interpreter | Igbo
amara | When is her next appointment? | 1 Dec 2026
amara | upcoming visits | Repeat potassium
amara | When was she here last? | 9 Nov 2026
amara | What did the last note say? | Potassium raised
amara | summarise the last visit | Potassium raised
amara | What is the plan for the potassium? | within one week
amara | Does she have chest pain? | Denies chest pain
amara | Was there any oedema? | No ankle oedema
amara | What did the echo show? | Ejection fraction 58 %
amara | ejection fraction | 58 %
amara | Is there mitral regurgitation? | Mild mitral regurgitation
amara | When should the echocardiography be repeated? | two years
amara | Does she have retinopathy? | retinopathy
amara | findings of the eye clinic | retinopathy
amara | How often should she go to podiatry? | every three months
amara | was the monofilament felt? | not felt
amara | How old is she? | 67
amara | blood group | A+
amara | When was she born? | 1959
bela | latest egfr | 33
bela | How is the renal function developing? | 48 ; 33
bela | what was the creatinine in April 2026 | 163
bela | Haemoglobin over time | 12.1 ; 10.6
bela | Is he anaemic? | 10.6
bela | sodium? | 133
bela | Is his sodium low? | 133 ; below
bela | TSH | 2.31
bela | thyroid function | 2.31
bela | last potassium | 4.8
bela | His weight this year and before | 81 ; 77
bela | weight | 77
bela | blood pressure | 138
bela | pulse at the last measurement | 92
bela | How much pain does he have? | 3
bela | blood pressure >> and the pulse? | 92
bela | Any known allergies? | No known allergies
bela | has anybody asked about allergies | No known allergies
bela | which drugs is he on | Apixaban ; Bisoprolol
bela | Does he take an anticoagulant like apixaban? | Apixaban 2.5 mg
bela | apixaban dosage | twice a day
bela | Did he ever get amoxicillin? | Amoxicillin
bela | medicines he took before | Amoxicillin
bela | What is wrong with his heart? Atrial fibrillation? | Atrial fibrillation
bela | When was kidney disease diagnosed? | 2021
bela | active problems | Atrial fibrillation
bela | Is there an alert in the record? | falls
bela | Has he a risk of falling? | falls
bela | when is the next visit | 14 Dec 2026
bela | next appointment and its reason | iron studies
bela | Did he lose consciousness when he fell? | Did not lose consciousness
bela | is there a fracture of the hip | No fracture
bela | result of the hip x-ray | No fracture
bela | What is recommended if the pain persists? | MRI
bela | does he have coxarthrosis | coxarthrosis
bela | What was planned at the last visit? | nephrology
bela | Is a referral to nephrology planned? | Referral to nephrology
bela | physiotherapy how often | twice a week
bela | His age? | 79
bela | sex and age | Male
chiara | Hb | 11.2
chiara | Did the haemoglobin drop? | 12.4 ; 11.2
chiara | platelets | 204
chiara | thrombocyte count trend | 231 ; 204
chiara | what is the latest TSH | 1.92
chiara | TSH in July 2026 | 3.8
chiara | glucose | 4.7
chiara | How much weight has she gained? | 61.5 ; 66.2
chiara | latest blood pressure reading | 118
chiara | What does she take for her thyroid? | Levothyroxine
chiara | levothyroxin dose | 75 microgram
chiara | her medicines | Levothyroxine
chiara | diagnoses | Hypothyroidism
chiara | Which blood group? | O-
chiara | When does she come next? | 23 Nov 2026
chiara | What is the next appointment for? | Glucose tolerance test
chiara | Where is the placenta? | posterior wall
chiara | Were malformations seen in the ultrasound? | No malformation
chiara | length of the cervix | 38 mm
chiara | Is she bleeding? | No bleeding
chiara | fetal heart rate | 146
chiara | When is anti-D due? | week 28
chiara | In which week should the glucose tolerance test be? | week 26
chiara | last note | Mild anaemia
chiara | Which week of pregnancy was she in at the last note? | week 22
david | CRP? | 31
david | How did CRP develop? | 148 ; 31
david | are the white cells back to normal | 8.9
david | leucocytes on 12 November 2026 | 15.2
david | ALT | 34
david | liver values | 34
david | Is the sodium normal again? | 138
david | temperature today or at the last measurement | 36.8
david | Does he still have fever? | 36.8
david | oxygen saturation trend | 91 ; 97
david | SpO2 | 97
david | respiratory rate | 16
david | NEWS2 score | NEWS2 0
david | how was news2 on admission on 12 November 2026 | 11
david | What must he not be given? | Ibuprofen
david | intolerances | wheezing
david | What antibiotic does he get? Doxycycline? | Doxycycline 100 mg
david | doxycycline: how long | 7 days
david | inhaler | Salbutamol
david | salbutamol how many puffs | 2 puffs
david | What did the chest x-ray show? | Consolidation
david | Is there an effusion? | No pleural effusion
david | when should the x-ray be controlled | six weeks
david | CURB-65 | CURB-65 1
david | Did he cough blood? Haemoptysis? | Denies haemoptysis
david | what was found on auscultation: crackles? | Crackles
david | resolved problems | appendicitis
david | Did he have appendicitis? | 2003
david | upcoming appointments | 28 Dec 2026
david | CRP >> and the leukocytes? | 8.9
"""

# Ways to ask that were seen at the desk; they were added when the rules that answer them were there.
ADDED = """
amara | Latest laboratory results | 5.9 ; 7.1 ; 97
amara | lab results | 5.9 ; above
amara | labs | 5.9 ; 12.9
bela | Last results? | 33 ; 178
chiara | show me the lab results | 11.2
david | results of 12 November 2026 | 148 ; 15.2
amara | Is ibuprofen 400 mg safe? | ibuprofen
bela | Is ibuprofen 400 mg safe for this patient? | Rule
bela | ibuprofen 400mg three times a day | Rule
david | amoxicillin and clarithromycin | amoxicillin ; clarithromycin
amara | Summarise the patient | 67 ; Penicillin ; Metformin ; diabetes ; Igbo ; 134 ; Potassium raised
bela | summary | 79 ; Apixaban ; falls ; progressing
chiara | tell me about this patient | 35 ; Levothyroxine ; Mild anaemia
david | overview | 45 ; Ibuprofen ; Doxycycline ; NEWS2 0
amara | any follow-up needed? | Repeat potassium within one week ; 1 Dec 2026
bela | next steps? | Referral to nephrology ; 14 Dec 2026
david | What is the first-line treatment of pneumonia? | Amoxicillin ; 500 mg ; Doxycycline
nobody | What is the first-line treatment of pneumonia? | Amoxicillin ; three times daily
nobody | How is pneumonia treated? | Amoxicillin
nobody | treatment of gout | Naproxen ; 500 mg
nobody | first-line therapy of heart failure with congestion | Furosemide ; 40 mg
nobody | dose of amoxicillin in pneumonia | 500 mg
"""
