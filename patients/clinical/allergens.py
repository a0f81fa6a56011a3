"""What people are allergic to: our own table, its classes, and the search in it.

Codes and groups are those of the Anatomical Therapeutic Chemical classification (WHO Collaborating Centre for Drug
Statistics Methodology, whocc.no), entered by hand. A medicine with several ATC codes (by use) carries that of its
systemic use. Where we were not sure, or the code has moved, there is none.
Brand and everyday names are in use in English and German-speaking countries. A `class` says which medicines are
checked against each other; who is in it is said by the rows here and by nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.searching import words_of

MOST_FOUND = 12

CLASSES: dict[str, str | Promise] = {
    "penicillins": _("Penicillins"),
    "cephalosporins": _("Cephalosporins"),
    "carbapenems": _("Carbapenems"),
    "monobactams": _("Monobactams"),
    "sulfonamide_antibiotics": _("Sulfonamide antibiotics"),
    "macrolides": _("Macrolides"),
    "lincosamides": _("Lincosamides"),
    "fluoroquinolones": _("Fluoroquinolones"),
    "tetracyclines": _("Tetracyclines"),
    "aminoglycosides": _("Aminoglycosides"),
    "glycopeptides": _("Glycopeptide antibiotics"),
    "nsaids": _("NSAIDs"),
    "pyrazolones": _("Pyrazolones"),
    "opioids": _("Opioids"),
    "iodinated_contrast": _("Iodinated contrast media"),
    "gadolinium_contrast": _("Gadolinium contrast media"),
    "local_anaesthetics_amide": _("Local anaesthetics, amide type"),
    "local_anaesthetics_ester": _("Local anaesthetics, ester type"),
    "neuromuscular_blockers": _("Neuromuscular blockers"),
    "ace_inhibitors": _("ACE inhibitors"),
    "sartans": _("Angiotensin receptor blockers"),
    "beta_blockers": _("Beta blockers"),
    "statins": _("Statins"),
    "heparins": _("Heparins"),
    "aromatic_anticonvulsants": _("Aromatic anticonvulsants"),
    "benzodiazepines": _("Benzodiazepines"),
    "proton_pump_inhibitors": _("Proton pump inhibitors"),
    "platinum_compounds": _("Platinum compounds"),
    "taxanes": _("Taxanes"),
    "latex": _("Latex"),
}


@dataclass(frozen=True)
class Allergen:
    """Something people are allergic to. `others` are brand names and everyday words."""

    key: str
    name: str
    category: str  # of patients.models.Allergy.Category
    atc: str = ""
    drug_class: str = ""
    others: tuple[str, ...] = ()

    @property
    def class_label(self) -> str:
        return class_label(self.drug_class)


def class_label(key: str) -> str:
    """The words for a class; "" for none, the key itself for one that is not ours any more."""
    return str(CLASSES.get(key, key))


# class | its ATC group, where one is exactly that class | other names; then a line for each of its members:
# name | ATC | other names
_MEDICINES = """
@penicillins|J01C|penicillin, any penicillin
Amoxicillin|J01CA04|Amoxi, Amoxil, Clamoxyl
Amoxicillin with clavulanic acid|J01CR02|Augmentin, Amoxiclav, Co-amoxiclav
Ampicillin|J01CA01|
Ampicillin with sulbactam|J01CR01|Unasyn, Unacid
Benzylpenicillin|J01CE01|penicillin G
Phenoxymethylpenicillin|J01CE02|penicillin V, Isocillin
Flucloxacillin|J01CF05|Staphylex
Oxacillin|J01CF04|
Piperacillin with tazobactam|J01CR05|Tazobac, Tazocin, Pip-Taz
Pivmecillinam|J01CA08|X-Systo
@cephalosporins||cephalosporin, any cephalosporin
Cefaclor|J01DC04|
Cefalexin|J01DB01|cephalexin, Keflex
Cefazolin|J01DB04|
Cefepime|J01DE01|
Cefixime|J01DD08|Suprax
Cefotaxime|J01DD01|Claforan
Cefpodoxime|J01DD13|
Ceftazidime|J01DD02|Fortum
Ceftriaxone|J01DD04|Rocephin
Cefuroxime|J01DC02|Zinnat, Elobact
@carbapenems|J01DH|carbapenem
Ertapenem|J01DH03|Invanz
Imipenem with cilastatin|J01DH51|Zienam, Tienam
Meropenem|J01DH02|Meronem
@monobactams|J01DF|monobactam
Aztreonam|J01DF01|Azactam
@sulfonamide_antibiotics||sulfa, sulfonamide, sulfa drugs
Sulfadiazine|J01EC02|
Sulfamethoxazole with trimethoprim|J01EE01|co-trimoxazole, Cotrim, Bactrim, Septrin
Sulfasalazine|A07EC01|Salazopyrin, Azulfidine
@macrolides|J01FA|macrolide
Azithromycin|J01FA10|Zithromax
Clarithromycin|J01FA09|Klacid
Erythromycin|J01FA01|
Roxithromycin|J01FA06|Rulid
@lincosamides|J01FF|lincosamide
Clindamycin|J01FF01|Sobelin, Dalacin
@fluoroquinolones|J01MA|fluoroquinolone, quinolone, gyrase inhibitor
Ciprofloxacin|J01MA02|Cipro, Ciprobay
Levofloxacin|J01MA12|Tavanic
Moxifloxacin|J01MA14|Avalox, Avelox
Norfloxacin|J01MA06|
Ofloxacin|J01MA01|Tarivid
@tetracyclines|J01AA|
Doxycycline|J01AA02|Doxy, Vibramycin
Minocycline|J01AA08|
Tetracycline|J01AA07|
@aminoglycosides|J01G|aminoglycoside
Amikacin|J01GB06|
Gentamicin|J01GB03|Refobacin
Tobramycin|J01GB01|
@glycopeptides|J01XA|glycopeptide
Teicoplanin|J01XA02|Targocid
Vancomycin|J01XA01|
@nsaids|M01A|NSAID, non-steroidal anti-inflammatory, NSAR
Acetylsalicylic acid|N02BA01|aspirin, ASA, ASS, salicylate
Celecoxib|M01AH01|Celebrex
Diclofenac|M01AB05|Voltaren, Voltarol
Etoricoxib|M01AH05|Arcoxia
Ibuprofen|M01AE01|Nurofen, Advil, Dolormin, Brufen
Indometacin|M01AB01|indomethacin
Ketoprofen|M01AE03|
Ketorolac|M01AB15|
Meloxicam|M01AC06|Mobec, Mobic
Naproxen|M01AE02|Aleve
@pyrazolones|N02BB|pyrazolone
Metamizole|N02BB02|dipyrone, Novalgin, Novaminsulfon
@opioids|N02A|opioid, opiate, narcotic
Buprenorphine|N02AE01|Temgesic, Transtec
Codeine|R05DA04|
Fentanyl|N02AB03|Durogesic
Hydromorphone|N02AA03|Palladon
Methadone|N07BC02|
Morphine|N02AA01|MST
Oxycodone|N02AA05|Oxygesic, OxyContin
Pethidine|N02AB02|meperidine, Dolantin
Piritramide|N02AC03|Dipidolor
Tilidine|N02AX01|Valoron
Tramadol|N02AX02|Tramal
@iodinated_contrast|V08A|iodine contrast, X-ray dye, CT contrast, contrast dye
Iohexol|V08AB02|Omnipaque
Iomeprol|V08AB10|Imeron
Iopamidol|V08AB04|Solutrast
Iopromide|V08AB05|Ultravist
@gadolinium_contrast||gadolinium, MRI contrast
Gadobutrol|V08CA09|Gadovist
Gadoteric acid|V08CA02|Dotarem
@local_anaesthetics_amide|N01BB|local anaesthetic, local anesthetic, dental injection
Articaine|N01BB08|Ultracain
Bupivacaine|N01BB01|Carbostesin
Lidocaine|N01BB02|Xylocaine, lignocaine
Mepivacaine|N01BB03|Scandicain
Prilocaine|N01BB04|
Ropivacaine|N01BB09|Naropin
@local_anaesthetics_ester|N01BA|
Procaine|N01BA02|Novocaine
@neuromuscular_blockers|M03A|muscle relaxant for anaesthesia
Atracurium|M03AC04|
Rocuronium|M03AC09|Esmeron
Suxamethonium|M03AB01|succinylcholine, Lysthenon
@ace_inhibitors|C09AA|ACE inhibitor
Captopril|C09AA01|
Enalapril|C09AA02|
Lisinopril|C09AA03|
Perindopril|C09AA04|
Ramipril|C09AA05|Delix
@sartans|C09CA|sartan, ARB
Candesartan|C09CA06|Atacand
Losartan|C09CA01|
Valsartan|C09CA03|Diovan
@beta_blockers|C07A|beta blocker
Bisoprolol|C07AB07|Concor
Metoprolol|C07AB02|Beloc
Propranolol|C07AA05|
@statins|C10AA|statin
Atorvastatin|C10AA05|Sortis, Lipitor
Pravastatin|C10AA03|
Rosuvastatin|C10AA07|Crestor
Simvastatin|C10AA01|Zocor
@heparins|B01AB|
Enoxaparin|B01AB05|Clexane, Lovenox
Heparin|B01AB01|unfractionated heparin
@aromatic_anticonvulsants||
Carbamazepine|N03AF01|Tegretol
Lamotrigine|N03AX09|Lamictal
Oxcarbazepine|N03AF02|Trileptal
Phenobarbital|N03AA02|
Phenytoin|N03AB02|Zentropil, Dilantin
@benzodiazepines|N05BA|benzodiazepine
Diazepam|N05BA01|Valium
Lorazepam|N05BA06|Tavor, Ativan
Midazolam|N05CD08|Dormicum
@proton_pump_inhibitors|A02BC|PPI
Omeprazole|A02BC01|
Pantoprazole|A02BC02|Pantozol
@platinum_compounds|L01XA|
Carboplatin|L01XA02|
Cisplatin|L01XA01|
Oxaliplatin|L01XA03|
@taxanes|L01CD|taxane
Docetaxel|L01CD02|Taxotere
Paclitaxel|L01CD01|Taxol
"""

# The same for medicines that are alone in their class as far as allergies go.
_OTHER_MEDICINES = """
Aciclovir|J05AB01|Zovirax
Abacavir|J05AF06|Ziagen
Allopurinol|M04AA01|Zyloric
Amlodipine|C08CA01|Norvasc
Azathioprine|L04AX01|Imurek
Chlorhexidine|D08AC02|
Clopidogrel|B01AC04|Plavix
Fluconazole|J02AC01|Diflucan
Fosfomycin|J01XX01|Monuril
Furosemide|C03CA01|Lasix
Hydrochlorothiazide|C03AA03|HCT
Insulin||
Iron for injection|B03AC|iron infusion
Isoniazid|J04AC01|
Linezolid|J01XX08|Zyvox
Metformin|A10BA02|
Methotrexate||MTX
Metoclopramide|A03FA01|Paspertin, MCP
Metronidazole|J01XD01|Clont, Flagyl
Nitrofurantoin|J01XE01|
Ondansetron|A04AA01|Zofran
Paracetamol|N02BE01|acetaminophen, Tylenol, Panadol
Phenprocoumon|B01AA04|Marcumar
Povidone iodine|D08AG02|Betadine, Betaisodona
Prednisolone|H02AB06|
Propofol|N01AX10|Disoprivan
Protamine|V03AB14|
Rifampicin|J04AB02|rifampin
Trimethoprim|J01EA01|
Valproic acid|N03AG01|valproate
Warfarin|B01AA03|Coumadin
"""

# name | other names
_FOODS = """
Almond|
Apple|
Banana|
Cashew nut|
Celery|
Cow's milk|milk, milk protein, dairy
Crustaceans|shrimp, prawn, crab, lobster, shellfish
Fish|cod, salmon, tuna
Hazelnut|
Hen's egg|egg, egg white
Kiwi fruit|kiwi
Lactose|
Lupin|
Molluscs|mussel, squid, oyster
Mustard|
Peach|
Peanut|groundnut
Pistachio nut|pistachio
Red meat (alpha-gal)|alpha-gal, beef, pork
Sesame|
Soya|soy, soybean
Strawberry|
Sulphites|sulfite, E220
Tartrazine|E102, yellow food colour
Tomato|
Tree nuts|nuts, any nut
Walnut|
Wheat|
"""
_ENVIRONMENT = """
Adhesive plaster|sticking plaster, tape
Bee venom|bee sting, honey bee
Birch pollen|
Cat hair|cat
Chromate|
Cobalt|
Colophony|rosin
Dog hair|dog
Formaldehyde|
Fragrances|perfume, fragrance mix
Grass pollen|hay fever, timothy grass
Hair dye (PPD)|p-phenylenediamine, PPD
Horse hair|horse
House dust mite|dust mite, dust
Moulds|mold, Alternaria, Aspergillus
Mugwort pollen|
Nickel|jewellery
Ragweed pollen|ambrosia
Wasp venom|wasp sting, yellow jacket
Wool wax alcohols|lanolin, wool fat
"""
_BIOLOGICS = """
Animal serum|horse serum, antitoxin, antivenom
Gelatin|gelatine
Human immunoglobulin|IVIG
Human plasma proteins|blood transfusion, albumin
Influenza vaccine|flu jab, flu shot
Macrogol|polyethylene glycol, PEG
Polysorbate 80|Tween 80
Tetanus vaccine|tetanus jab, tetanus toxoid
Thiomersal|thimerosal
"""


def _key(name: str) -> str:
    return "_".join(words_of(name))


def _lines(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip().splitlines()]


def _others(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _medicines() -> Iterable[Allergen]:
    drug_class = ""
    for name, atc, others in _lines(_MEDICINES):
        if name.startswith("@"):
            drug_class = name[1:]
            label = str(CLASSES[drug_class])
            yield Allergen(drug_class, label, "medication", atc, drug_class, _others(others))
        else:
            yield Allergen(_key(name), name, "medication", atc, drug_class, _others(others))
    for name, atc, others in _lines(_OTHER_MEDICINES):
        yield Allergen(_key(name), name, "medication", atc, "", _others(others))


def _others_than_medicines() -> Iterable[Allergen]:
    tables = (("food", _FOODS), ("environment", _ENVIRONMENT), ("biologic", _BIOLOGICS))
    for category, text in tables:
        for name, others in _lines(text):
            yield Allergen(_key(name), name, category, others=_others(others))
    yield Allergen(
        "latex", "Latex", "environment", drug_class="latex", others=("natural rubber latex", "rubber gloves")
    )


@cache
def table() -> dict[str, Allergen]:
    """All of them by their keys."""
    return {one.key: one for one in (*_medicines(), *_others_than_medicines())}


@cache
def _named() -> dict[tuple[str, ...], Allergen]:
    return {words_of(name): one for one in table().values() for name in (one.name, *one.others)}


@cache
def _words() -> list[tuple[Allergen, tuple[str, ...], frozenset[str]]]:
    return [
        (one, words_of(one.name), frozenset(word for other in one.others for word in words_of(other)))
        for one in table().values()
    ]


def find(key: str) -> Allergen | None:
    return table().get(key)


def named(text: str) -> Allergen | None:
    """The one that is called exactly so, by its name or by another one."""
    return _named().get(words_of(text[:200]))


def search(text: str, *, limit: int = MOST_FOUND) -> list[Allergen]:
    """Those in whose names every word of the text begins one; the name itself before other names, classes first."""
    asked = words_of(text[:200])
    if not asked:
        return []
    found = []
    for one, name, others in _words():
        hits = [any(word.startswith(part) for word in name) for part in asked]
        if all(
            hit or any(word.startswith(part) for word in others)
            for hit, part in zip(hits, asked, strict=True)
        ):
            exact = one is named(text)
            found.append((not exact, not all(hits), one.key not in CLASSES, one.name.casefold(), one))
    return [one for *_rank, one in sorted(found, key=lambda row: row[:-1])[:limit]]
