"""Words beside the name of a medicine that do not change which substance it is: salts, forms, makers.

Never a word that may stand for a further substance, such as plus, comp, HCT, duo, extra or complex.
"""

_SALTS = """
succinate tartrate bitartrate fumarate hemifumarate maleate mesylate mesilate besylate besilate tosylate tosilate
hydrochloride dihydrochloride hydrochlorid hcl hydrobromide sulfate sulphate sulfat phosphate diphosphate nitrate
sodium disodium natrium potassium kalium calcium magnesium lysine lysinate lysinat arginine erbumine tromethamine
trometamol acetate citrate bromide chloride carbonate lactate gluconate stearate ethylsuccinate estolate palmitate
decanoate enantate enanthate valerate butyrate propionate dipropionate furoate xinafoate pamoate embonate isethionate
axetil proxetil pivoxil cilexetil medoxomil etexilate disoproxil alafenamide mofetil hyclate succinat tartrat maleat
fumarat besilat mesilat acetat citrat trihydrate dihydrate monohydrate hemihydrate hydrate sesquihydrate anhydrous
hydrogen
"""
_FORMS = """
tablet tablets tab tabs tabl tablette tabletten capsule capsules cap caps kapsel kapseln filmtabletten filmtablette
film coated chewable dispersible effervescent brausetabletten granules granulat sachet sachets powder pulver oral
solution losung loesung suspension syrup saft drops tropfen elixir for injection injectable infusion inj ampoule
ampoules ampulle ampullen vial vials pre filled syringe pen pens auto injector intravenous iv intramuscular im
subcutaneous sc cutaneous topical cream creme ointment salbe gel patch patches pflaster transdermal suppository
suppositories zapfchen rectal vaginal pessary eye augentropfen ear nasal nasenspray spray inhaler inhaled nebuliser
nebulizer inhalation aerosol sublingual oromucosal infiltration prolonged modified extended sustained slow immediate
delayed controlled release prolong uno mite zok emulgel er sr xr mr cr xl la ir retard depot forte ds akut protect junior migrane
ratiopharm hexal stada sandoz teva zentiva mylan viatris aristo heumann accord aurobindo basics abz ct al
"""

SALTS = frozenset(_SALTS.split())
FORMS = frozenset(_FORMS.split())

# These are medicines themselves: only beside substances that come as their salts do they mean nothing.
METALS = {
    "calcium": frozenset(
        [
            "acamprosate",
            "atorvastatin",
            "rosuvastatin",
            "pitavastatin",
            "mupirocin",
            "heparin",
            "valproic-acid",
        ]
    ),
    "magnesium": frozenset(["esomeprazole", "omeprazole", "pantoprazole", "rabeprazole", "valproic-acid"]),
    "potassium": frozenset(
        [
            "losartan",
            "azilsartan",
            "diclofenac",
            "benzylpenicillin",
            "phenoxymethylpenicillin",
            "clavulanic-acid",
            "amoxicillin",
            "raltegravir",
        ]
    ),
}
METALS["kalium"] = METALS["potassium"]
