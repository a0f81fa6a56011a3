"""Patients who never existed: names of many origins, numbers kept free for films, addresses of nowhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from phonenumber_field.phonenumber import PhoneNumber

from accounts.models import NumberSeries, Site
from hospital import clock
from patients.models import Patient, SearchKey, mrn
from patients.searching import keys_for, words_of

CHUNK = 5_000
MOST_RETURNED = 20_000
ADULT = 18
KNOWN_FOR_DAYS = 1_500  # at most: most patients were registered long before their visits


@dataclass(frozen=True)
class Origin:
    """Names that go together, as `female | male | family`, each separated by spaces."""

    language: str
    weight: int
    names: str
    ends: tuple[str, str] = ("", "")  # a woman's family name ends in the second instead of the first

    def of(self, sex: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        female, male, family = _split(self.names)
        given = {"female": female, "male": male}.get(sex, female + male)
        return given, tuple(self._feminine(name) for name in family) if sex == "female" else family

    def _feminine(self, name: str) -> str:
        masculine, feminine = self.ends
        return name.removesuffix(masculine) + feminine if masculine and name.endswith(masculine) else name


@lru_cache(maxsize=64)
def _split(names: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.split()) for part in names.split("|"))


ORIGINS = [
    Origin(
        "de",
        46,
        "Anna Maria Sabine Petra Monika Ursula Heike Katrin Claudia Julia Lena Emma Mia Hannah Johanna Charlotte "
        "Frieda Greta Ingrid Gisela Renate Birgit Martina Susanne Stefanie Nicole Sandra Franziska Lea Clara "
        "Marie-Luise Anna-Lena Eva-Maria | "
        "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Markus Matthias Jan Lukas "
        "Jonas Paul Felix Ben Elias Maximilian Karl Heinz Hans-Peter Karl-Heinz Uwe Ralf Dieter Bernd Jörg Sören "
        "Torsten Friedrich | "
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter "
        "Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann "
        "Köhler Maier Jäger Groß Weiß Voß Böhm Schubert Vogt Lindemann Brandt Seidel Hübner Schmitt Meier Schulze "
        "Kaiser Fuchs Peters Lang Scholz Möller Winter Ludwig Kraus Otto Horn Pohl Sauer Busch Bergmann Dietrich "
        "Holm-Petersen Schmidt-Rottluff Meyer-Landrut",
    ),
    Origin(
        "en",
        9,
        "Olivia Amelia Grace Emily Charlotte Sophie Alice Hannah Lucy Margaret Dorothy Joan Siobhán Niamh | "
        "Oliver George Harry Jack Noah William James Thomas Arthur Henry Seán Cillian Edward Hugh | "
        "Smith Jones Taylor Brown Williams Wilson Davies Evans Walker Wright Thompson Hughes Green Clarke O’Brien "
        "O’Connor MacLeod Fitzgerald Ashworth Pemberton Whitlock Hargreaves",
    ),
    Origin(
        "tr",
        9,
        "Ayşe Fatma Emine Zeynep Elif Merve Büşra Gül Hatice Şükran Özlem Çiğdem Sevgi Yasemin | "
        "Mehmet Mustafa Ahmet Ali Hüseyin İbrahim Emre Burak Murat Çağlar Özgür Şahin Tolga Uğur | "
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara "
        "Koç Kurt Özkan Şimşek",
    ),
    Origin(
        "pl",
        7,
        "Agnieszka Katarzyna Małgorzata Zofia Jadwiga Elżbieta Barbara Grażyna Wanda Łucja Iwona Beata | "
        "Piotr Krzysztof Andrzej Tomasz Paweł Michał Łukasz Wojciech Zbigniew Stanisław Jacek Grzegorz | "
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski "
        "Kozłowski Jankowski Mazur Krawczyk Piotrowski Grabowski Pawłowski Michalski Król",
        ("ski", "ska"),
    ),
    Origin(
        "ar",
        7,
        "فاطمة مريم عائشة زينب ليلى نور سارة هدى أمينة رنا سلمى ياسمين | "
        "محمد أحمد علي حسن حسين عمر خالد يوسف إبراهيم سمير طارق كريم | "
        "الأحمد الخطيب حداد النجار العلي المصري الشامي درويش الحسن قاسم منصور السيد الحلبي بركات",
    ),
    Origin(
        "uk",
        6,
        "Олена Наталія Оксана Тетяна Ірина Світлана Людмила Катерина Марія Юлія | "
        "Олександр Сергій Андрій Володимир Микола Іван Дмитро Тарас Богдан Юрій | "
        "Шевченко Бондаренко Коваленко Ткаченко Кравченко Олійник Шевчук Поліщук Мельник Лисенко Савченко Мороз",
    ),
    Origin(
        "vi",
        4,
        "Lan Hương Thảo Linh Mai Ngọc Phương Hạnh Thủy Yến | Đức Minh Hùng Tuấn Dũng Long Quang Huy Khải Sơn | "
        "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô",
    ),
    Origin(
        "es",
        4,
        "María Carmen Lucía Isabel Pilar Dolores Sofía Inés Núria Begoña | "
        "José Antonio Javier Carlos Íñigo Álvaro Andrés Joaquín Ramón Víctor | "
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Muñoz Núñez Ibáñez",
    ),
    Origin(
        "en",
        3,
        "Amara Chioma Ngozi Adaeze Akua Abena Efua Yaa Wanjiru Zawadi | "
        "Chidi Emeka Kwame Kofi Kwabena Obinna Tunde Juma Baraka Sefu | "
        "Nwosu Okafor Adeyemi Okonkwo Osei Mensah Boateng Owusu Kamau Mwangi Otieno Balogun",
    ),
    Origin(
        "it",
        2,
        "Giulia Francesca Chiara Alessia Rosa Lucia Antonella Concetta | "
        "Giuseppe Marco Luca Alessandro Salvatore Niccolò Matteo Pietro | "
        "Rossi Russo Ferrari Esposito Bianchi Colombo D’Angelo Dell’Acqua De Luca Conti",
    ),
    Origin(
        "zh", 2, "秀英 丽娜 小红 美玲 晓梅 婷婷 | 伟 强 志明 建国 小龙 浩然 | 王 李 张 刘 陈 杨 赵 黄 周 吴"
    ),
    Origin(
        "fa",
        1,
        "زهرا مریم شیرین پروانه نسرین لاله | رضا حسین داریوش کاوه بهرام آرش | "
        "حسینی رضایی کریمی محمدی جعفری موسوی صادقی شریفی",
    ),
]
AGES = ((0, 1, 3), (1, 18, 15), (18, 40, 24), (40, 65, 30), (65, 80, 18), (80, 98, 10))  # from, to, share
BLOOD = (("A+", 37), ("O+", 35), ("B+", 9), ("O-", 6), ("A-", 6), ("AB+", 4), ("B-", 2), ("AB-", 1))
SEXES = (("female", 510), ("male", 480), ("other", 5), ("unknown", 5))
RELATIONS = {
    "female": ("mother", "sister", "aunt", "daughter", "wife", "partner", "neighbour"),
    "male": ("father", "brother", "uncle", "son", "husband", "partner", "neighbour"),
}
STREETS = ("Lindenweg", "Ahornallee", "Am Mühlbach", "Rosengasse", "Nordfelder Straße", "Kastanienring", "Seeblick",
           "Alte Gärtnerei", "Birkenhain", "Am Wehr", "Sonnenleite", "Feldrain")  # fmt: skip
TOWNS = ("00001 Nordfeld", "00002 Südfeld", "00003 Musterau", "00004 Beispielhausen", "00005 Altenmuster")
# Kept free for films and books by the Bundesnetzagentur: a prefix and how many numbers follow it.
FREE_NUMBERS = (
    ("+493023125", 1000),
    ("+494066969", 1000),
    ("+496990009", 1000),
    ("+498999998", 1000),
    ("+4917139200", 100),
)


@lru_cache(maxsize=8192)
def _phone(number: str) -> PhoneNumber:
    return PhoneNumber.from_string(number)


def _any_phone(random: Random) -> PhoneNumber:
    prefix, count = random.choice(FREE_NUMBERS)
    return _phone(f"{prefix}{random.randrange(count):0{len(str(count - 1))}d}")


def _weighted(random: Random, choices: Sequence[tuple[Any, int]]) -> Any:
    return random.choices([value for value, _ in choices], [share for _, share in choices])[0]


def _born(random: Random, today: date) -> date:
    youngest, oldest = _weighted(random, [((first, last), share) for first, last, share in AGES])
    return today - timedelta(days=random.randrange(int(youngest * 365.25), int(oldest * 365.25)))


def _somebody(random: Random, site: Site, number: int, today: date) -> Patient:
    """A patient in the form that `Patient.clean` would leave. Nobody real is meant."""
    origin = random.choices(ORIGINS, [origin.weight for origin in ORIGINS])[0]
    sex = _weighted(random, SEXES)
    given_names, family_names = origin.of(sex)
    given, family = random.choice(given_names), random.choice(family_names)
    if random.random() < 0.12:
        given = f"{given} {random.choice(given_names)}"
    if random.random() < 0.04 and "-" not in family and family.isascii():
        family = f"{family}-{random.choice(family_names)}"
    estimated = random.random() < 0.02
    born = _born(random, today)
    patient = Patient(
        site=site,
        mrn=mrn(site.number_prefix, number),
        given_name=given,
        family_name=family,
        birth_date=min(date(born.year, 7, 1), today) if estimated else born,
        birth_date_is_estimated=estimated,
        sex=sex,
        language=origin.language if random.random() < 0.8 else "de",
        blood_group=_weighted(random, BLOOD) if random.random() < 0.6 else "",
        created_at=clock.now() - timedelta(days=number * 37 % KNOWN_FOR_DAYS),
    )
    _add_contact(random, patient, origin, number)
    return patient


def _add_contact(random: Random, patient: Patient, origin: Origin, number: int) -> None:
    if random.random() < 0.85:
        patient.phone = _any_phone(random)
    if random.random() < 0.6:
        name = ".".join(words_of(f"{patient.given_name} {patient.family_name}"))
        patient.email = f"{name if name.isascii() else 'patient'}.{number}@example.org"
    if random.random() < 0.9:
        patient.address = f"{random.choice(STREETS)} {random.randrange(1, 90)}\n{random.choice(TOWNS)}"
    if random.random() < 0.5:
        sex = random.choice(("female", "male"))
        given_names, _family_names = origin.of(sex)
        relations = RELATIONS[sex][: 3 if patient.age < ADULT else None]
        patient.next_of_kin_name = f"{random.choice(given_names)} {patient.family_name}"
        patient.next_of_kin_relation = random.choice(relations)
        patient.next_of_kin_phone = _any_phone(random)


def reserve(site: Site, number: int) -> int:
    """Take `number` numbers out of the site's series at once; the first of them."""
    series, _ = NumberSeries.objects.get_or_create(name=f"mrn:{site.number_prefix}")
    NumberSeries.objects.filter(name=series.name).update(last=series.last + number)
    return series.last + 1


def _chunks(number: int) -> Iterator[range]:
    for start in range(0, number, CHUNK):
        yield range(start, min(start + CHUNK, number))


def plant(number: int, *, random: Random, site: Site, progress: Callable[[str], object]) -> list[Patient]:
    """Add that many patients with their search keys, in bulk, and return them: the first 20 000 of them.

    Goes around the services, which would need hours for a million: nothing but `seed_demo` and the
    benches may do so.
    """
    today = clock.today(site.time_zone)
    first = reserve(site, number)
    planted: list[Patient] = []
    for chunk in _chunks(number):
        patients = [_somebody(random, site, first + place, today) for place in chunk]
        Patient.objects.bulk_create(patients)
        keys = [SearchKey(key=key, patient_id=one.pk) for one in patients for key in keys_for(one)]
        SearchKey.objects.bulk_create(keys, batch_size=CHUNK)
        planted += patients[: MOST_RETURNED - len(planted)]
        if chunk.stop == number or not chunk.stop % 100_000:
            progress(f"{chunk.stop:,} patients")
    return planted
