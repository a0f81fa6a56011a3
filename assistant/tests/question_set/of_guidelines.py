"""Questions to the guidelines of the demonstration, in and out of what they say; asked about no patient."""

IN_SCOPE = """
nobody | When should metformin be stopped in kidney disease? | below 30
nobody | metformin dose at eGFR below 45 | halve
nobody | What is the target HbA1c in type 2 diabetes? | 48 mmol/mol
nobody | How often is HbA1c measured? | every three months
nobody | At which HbA1c is diabetes diagnosed? | 6.5 %
nobody | What to do when potassium is 6.5? | 6.5
nobody | When is an ECG recorded in hyperkalaemia? | 6.0 mmol/l
nobody | How is the heart protected in hyperkalaemia? | calcium gluconate
nobody | which blood pressure counts as hypertension in the clinic | 140/90
nobody | blood pressure target | 140/90
nobody | Can an ACE inhibitor be combined with an angiotensin receptor blocker? | Do not combine
nobody | angioedema with an ACE inhibitor | never give it again
nobody | When does a patient with hypertension need hospital the same day? | 180/120
nobody | CRB-65 points | confusion
nobody | How many days are antibiotics given in pneumonia? | Five days
nobody | pneumonia with penicillin allergy: what to give | doxycycline
nobody | When is the chest X-ray repeated after pneumonia? | six weeks
nobody | target saturation in COPD | 88 to 92 %
nobody | When are antibiotics given in a COPD exacerbation? | purulent
nobody | adrenaline in anaphylaxis: where is it injected | outer thigh
nobody | How long to observe after anaphylaxis? | hours
nobody | Do antihistamines treat anaphylaxis? | do not treat
nobody | How should levothyroxine be taken? | before breakfast
nobody | When is TSH checked after a change of dose? | six to eight weeks
nobody | how to take iron tablets | empty stomach
nobody | Which ferritin means iron deficiency? | below 30
nobody | When is apixaban reduced? | 2.5 mg
nobody | Is aspirin given to prevent stroke in atrial fibrillation? | Aspirin is not given
nobody | anticoagulation with a mechanical heart valve | warfarin
nobody | When to start allopurinol after an attack of gout? | two to four weeks
nobody | uric acid target | 360
nobody | hypoglycaemia: what do I give a patient who is awake | 15 to 20 g
nobody | Below which glucose is it hypoglycaemia? | 4.0
nobody | NEWS2 of 7 what to do | 7 or more
nobody | What happens in the first hour of sepsis? | blood cultures
nobody | lactate in sepsis | lactate
nobody | Do people with penicillin allergy react to cephalosporins? | 2 %
nobody | highest daily dose of paracetamol | 4 g
nobody | When must NSAIDs not be given? | eGFR below 30
nobody | nitrofurantoin and kidney function | below 45
nobody | Is asymptomatic bacteriuria treated? | not treated
nobody | Which medicines worsen heart failure? | verapamil
nobody | daily weight in heart failure | 2 kg
nobody | beta blockers in asthma | propranolol
amara | What does the guideline say about metformin and the kidney? | below 45
bela | According to the guidelines, when is apixaban reduced? | 2.5 mg
david | guideline on how long antibiotics are given in pneumonia | Five days
"""

OUT_OF_SCOPE = """
nobody | How is malaria treated?
nobody | migraine prophylaxis
nobody | dose of methotrexate in rheumatoid arthritis
nobody | How is appendicitis operated on?
nobody | treatment of scabies
nobody | What is the dose of clozapine?
nobody | When is a caesarean section done?
nobody | chemotherapy for breast cancer
nobody | vaccination schedule for infants
nobody | How do I treat head lice?
nobody | eye drops in glaucoma
nobody | lithium monitoring
nobody | HIV post-exposure prophylaxis
nobody | What helps against snoring?
nobody | psoriasis ointment
nobody | hepatitis C therapy
nobody | How is a broken wrist put in plaster?
nobody | epilepsy: first seizure
nobody | ADHD medication in children
nobody | tuberculosis regimen
nobody | Which sunscreen is best?
nobody | How long is a cold contagious?
nobody | Is coffee bad for sleep?
nobody | How many calories has a banana?
nobody | What is the best diet to lose weight quickly?
nobody | treatment of depression
nobody | stroke thrombolysis window
nobody | acne in teenagers
nobody | varicose veins surgery
nobody | What is the incubation period of measles?
nobody | Who founded this hospital?
nobody | Where can I park?
nobody | How do I cancel my holiday?
nobody | potassium of Amara Nwosu
nobody | the weather in Berlin
"""
