"""Names for the labelled pairs: of many origins, how else they are spelt, and what people are called for short."""

# ── Names: `female | male | family`, the frequent ones first ─────────────────
NAMES = [
    (
        "Sophia Marie Hannelore Brigitte Karin Angelika Jutta Gabriele Anke Silke Nadine Melanie Lea Luisa Annegret | "
        "Thomas Michael Andreas Stefan Jürgen Rainer Holger Frank Sven Olaf Tim Leon Moritz Jörg Helmut | "
        "Müller Schmidt Schneider Fischer Meyer Weber Wagner Schäfer Böttcher Krüger Jansen Petersen Großmann Reuter "
        "Ackermann Kühn Dörfler Lindner"
    ),
    (
        "Sarah Elizabeth Catherine Helen Rachel Chloe Megan Bridget Joanne | "
        "David John Robert Stephen Christopher Daniel Matthew Callum Graham | "
        "Smith Jones Brown Taylor O’Neill Robinson Campbell Mitchell Stewart McAllister Whitfield Haversham"
    ),
    (
        "Fatma Ayşe Emine Hülya Gülşen Nesrin Derya Ebru Tuğba | Mehmet Mustafa Ali Hasan Yusuf Kemal Serkan Oğuz Ümit | "
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Aksoy Güneş Korkmaz Polat Ünal Erdoğan"
    ),
    (
        "Fatima Aisha Mariam Zainab Khadija Layla Noor Rania Huda | "
        "Mohammed Ahmed Ali Hussein Omar Youssef Khaled Abdullah Ibrahim Mahmoud | "
        "Hassan Hussein Mansour Haddad Khoury Nasser Saleh Al-Masri Abbas Darwish Qasim"
    ),
    ("فاطمة مريم زينب ليلى رنا | محمد أحمد حسين خالد يوسف عمر | حداد منصور درويش ناصر صالح الخوري"),
    (
        "Anna Katarzyna Małgorzata Agnieszka Ewa Joanna Magdalena Bożena | "
        "Jan Andrzej Piotr Krzysztof Marcin Łukasz Sławomir Jerzy | "
        "Nowak Kowalczyk Wójcik Woźniak Mazur Krawczyk Zając Wróbel Dudek Stępień Jaworska Czerwińska"
    ),
    (
        "Олена Оксана Ірина Наталія Тетяна Галина | Олександр Сергій Андрій Микола Володимир Юрій | "
        "Мельник Шевченко Коваленко Бондар Ткачук Петренко Гончаренко Романюк"
    ),
    (
        "Olena Oksana Iryna Nataliia Tetiana Halyna | Oleksandr Serhii Andrii Mykola Volodymyr Yurii | "
        "Melnyk Shevchenko Kovalenko Bondar Tkachuk Petrenko Honcharenko Romaniuk"
    ),
    (
        "Thị Mai, Thị Lan, Ngọc Anh, Thu Hà, Minh Châu | Văn Hùng, Minh Tuấn, Quốc Bảo, Đức Anh, Văn Nam | "
        "Nguyễn Trần Lê Phạm Huỳnh Võ Đinh Trương"
    ),
    (
        "María José, Ana, Carmen, Rocío, Pilar | José Luis, Antonio, Manuel, Jesús, Iñaki | "
        "García-López Fernández González Rodríguez Muñoz Ibáñez Peña Gutiérrez"
    ),
    (
        "Priya Sunita Lakshmi Anjali Kavita | Rajesh Sanjay Amit Vijay Suresh | "
        "Sharma Patel Singh Kumar Gupta Reddy Krishnamurthy Chaudhary"
    ),
    (
        "Chiamaka Ngozi Adaeze Folake Amina | Chukwuemeka Emeka Oluwaseun Tunde Ifeanyi | "
        "Okonkwo Adeyemi Okafor Balogun Eze Nwachukwu Ogunleye"
    ),
    ("Xiaoling Mei Lihua Yan | Wei Jian Zhiqiang Hao | Wang Li Zhang Chen Zhao Huang Zhou"),
]
ORIGIN_WEIGHTS = [40, 8, 10, 8, 3, 8, 3, 5, 5, 4, 3, 3, 2]

SPELLINGS = [
    ("Mohammed", "Muhammad", "Mohamed", "Mohamad"),
    ("Hussein", "Husain", "Hussain", "Houssein"),
    ("Youssef", "Yusuf", "Yousef"),
    ("Khaled", "Khalid"),
    ("Abdullah", "Abdallah"),
    ("Ahmed", "Ahmad"),
    ("Fatima", "Fatimah", "Fatema"),
    ("Aisha", "Aysha", "Aischa"),
    ("Mariam", "Maryam"),
    ("Zainab", "Zaynab", "Zeinab"),
    ("Al-Masri", "El Masri", "Almasri"),
    ("Haddad", "Hadad"),
    ("Khoury", "Khouri", "Khuri"),
    ("Qasim", "Kassem", "Qassem"),
    ("Serhii", "Sergii", "Sergiy", "Sergej"),
    ("Olena", "Elena"),
    ("Oleksandr", "Alexander", "Aleksandr"),
    ("Nataliia", "Nataliya", "Natalia"),
    ("Yurii", "Yuriy", "Jurij"),
    ("Andrii", "Andriy", "Andrej"),
    ("Honcharenko", "Goncharenko"),
    ("Melnyk", "Melnik"),
    ("Shevchenko", "Schewtschenko", "Sjevtjenko"),
    ("Chaudhary", "Choudhary", "Chowdhury"),
    ("Мельник", "Melnyk"),
    ("Шевченко", "Shevchenko"),
    ("Олена", "Olena"),
    ("Сергій", "Serhii"),
    ("محمد", "Mohammed"),
    ("حسين", "Hussein"),
    ("Müller", "Mueller"),
    ("Schäfer", "Schaefer"),
    ("Krüger", "Krueger"),
    ("Großmann", "Grossmann"),
    ("Meyer", "Meier", "Maier", "Mayer"),
    ("Schmidt", "Schmitt", "Schmid"),
    ("Petersen", "Peterson"),
    ("Stefan", "Stephan"),
    ("Sophia", "Sofia"),
    ("Catherine", "Katherine", "Kathryn"),
    ("Stephen", "Steven"),
    ("Sarah", "Sara"),
]
NICKNAMES = [
    ("Elizabeth", "Liz"),
    ("Catherine", "Kate"),
    ("Robert", "Bob"),
    ("Christopher", "Chris"),
    ("Daniel", "Dan"),
    ("Matthew", "Matt"),
    ("Michael", "Mike"),
    ("Gabriele", "Gabi"),
    ("Angelika", "Geli"),
    ("Katarzyna", "Kasia"),
    ("Małgorzata", "Gosia"),
    ("Magdalena", "Magda"),
    ("Oleksandr", "Sasha"),
    ("Chukwuemeka", "Emeka"),
    ("Hannelore", "Hanne"),
    ("Stefan", "Steffen"),
]
KEYS = "qwertzuiopasdfghjklyxcvbnm"  # of a German keyboard, each with its neighbours
BESIDE = "wa qes wrd etf rzg tuh zij uok ipl ol qsy awdx sefc drgv fthb gzjn hukm jil ko asx ysdc xdfv cfgb vghn bhjm njk"
NEIGHBOURS = dict(zip(KEYS, BESIDE.split(), strict=True))
PLAIN = str.maketrans("äöüÄÖÜçşğıÇŞĞİéíóúñáłśżźćńęąŁŚŻ", "aouAOUcsgiCSGIeiounalszzcneaLSZ")
WAYS_TO_DIAL = ("+49 {0} {1}", "0{0} {1}", "0{0}/{1}", "0049 {0}{1}", "(0{0}) {1}")
