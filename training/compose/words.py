"""Lists of words by language: work, health, belief, origin; and brands that are not personal data."""

from __future__ import annotations

JOBS = {
    "en": "nurse|software engineer|primary school teacher|accountant|project manager|electrician|truck driver|lawyer|data analyst|"
    "barista|pharmacist|senior product designer|civil servant|head chef|police officer|HR manager|dental hygienist|security guard|"
    "professor of law|cashier|warehouse worker|Senior Vice President of Sales|Chief Financial Officer|marketing director|plumber|"
    "journalist|postdoctoral researcher|flight attendant|Staff Engineer|carpenter|social worker|bus driver|judge|DevOps engineer|"
    "customer success manager|paralegal|farmer|midwife|actor|soldier|CEO|CTO|managing director|team lead|intern|PhD student",
    "de": "Krankenpfleger|Softwareentwicklerin|Grundschullehrerin|Buchhalter|Elektriker|Rechtsanwältin|Lkw-Fahrer|Beamter|Projektleiter|"
    "Geschäftsführer|Ingenieur|Sachbearbeiterin|Erzieherin|Bäcker|Polizistin|Steuerberater|Vertriebsleiter|Richter|Altenpflegerin|Mechatroniker",
    "fr": "infirmière|ingénieur|professeure des écoles|comptable|électricien|avocat|chauffeur routier|fonctionnaire|chef de projet|"
    "directrice des ressources humaines|caissière|agent de sécurité|journaliste|boulanger|médecin généraliste|gendarme|notaire|aide-soignante",
    "es": "enfermera|ingeniero de software|maestra|contable|electricista|abogada|camionero|funcionario|jefa de proyecto|director financiero|"
    "camarero|policía|periodista|albañil|médico de familia|dependienta|cocinero|profesor de instituto",
    "it": "infermiera|ingegnere|maestra elementare|commercialista|elettricista|avvocato|camionista|impiegato comunale|responsabile vendite|"
    "direttrice marketing|cameriere|carabiniere|giornalista|muratore|medico di base|commessa|cuoco|geometra",
    "pt": "enfermeira|engenheiro informático|professora|contabilista|eletricista|advogado|motorista|funcionário público|gestora de projetos|"
    "diretor financeiro|empregado de mesa|polícia|jornalista|pedreiro|médica de família|cozinheiro|psicóloga",
    "nl": "verpleegkundige|softwareontwikkelaar|basisschoollerares|boekhouder|elektricien|advocaat|vrachtwagenchauffeur|ambtenaar|"
    "projectleider|financieel directeur|kok|politieagent|journalist|timmerman|huisarts|caissière|psycholoog|monteur",
    "pl": "pielęgniarka|programista|nauczycielka|księgowa|elektryk|adwokat|kierowca tira|urzędnik|kierownik projektu|dyrektor finansowy|"
    "kelner|policjant|dziennikarz|murarz|lekarz rodzinny|sprzedawczyni|kucharz|radca prawny|psycholog|inżynier",
}
HEALTH = {
    "en": "type 2 diabetes|breast cancer|asthma|epilepsy|bipolar disorder|depression|HIV|multiple sclerosis|Crohn's disease|ADHD|"
    "an eating disorder|hepatitis C|endometriosis|a stroke|high blood pressure|anxiety|PTSD|lupus|schizophrenia|kidney failure|"
    "a miscarriage|COPD|Parkinson's|leukemia|a herniated disc|migraines|celiac disease|autism|long covid|an abortion|fibromyalgia",
    "de": "Diabetes Typ 2|Brustkrebs|Asthma|Epilepsie|Depressionen|einer bipolaren Störung|HIV|Multiple Sklerose|Morbus Crohn|ADHS|"
    "Bluthochdruck|Angststörung|Rheuma|Migräne|Bandscheibenvorfall|Hepatitis C|Burnout|Schizophrenie|Leukämie",
    "fr": "diabète de type 2|cancer du sein|asthme|épilepsie|dépression|trouble bipolaire|VIH|sclérose en plaques|maladie de Crohn|"
    "TDAH|hypertension|anxiété|migraines|hernie discale|hépatite C|schizophrénie|leucémie|endométriose",
    "es": "diabetes tipo 2|cáncer de mama|asma|epilepsia|depresión|trastorno bipolar|VIH|esclerosis múltiple|enfermedad de Crohn|TDAH|"
    "hipertensión|ansiedad|migrañas|hernia discal|hepatitis C|esquizofrenia|leucemia|endometriosis",
    "it": "diabete di tipo 2|cancro al seno|asma|epilessia|depressione|disturbo bipolare|HIV|sclerosi multipla|morbo di Crohn|ADHD|"
    "ipertensione|ansia|emicrania|ernia del disco|epatite C|schizofrenia|leucemia|endometriosi",
    "pt": "diabetes tipo 2|cancro da mama|asma|epilepsia|depressão|perturbação bipolar|VIH|esclerose múltipla|doença de Crohn|TDAH|"
    "hipertensão|ansiedade|enxaquecas|hérnia discal|hepatite C|esquizofrenia|leucemia",
    "nl": "diabetes type 2|borstkanker|astma|epilepsie|een depressie|een bipolaire stoornis|hiv|multiple sclerose|de ziekte van Crohn|ADHD|"
    "hoge bloeddruk|een angststoornis|migraine|een hernia|hepatitis C|schizofrenie|leukemie",
    "pl": "cukrzycę typu 2|raka piersi|astmę|padaczkę|depresję|chorobę afektywną dwubiegunową|HIV|stwardnienie rozsiane|chorobę Crohna|ADHD|"
    "nadciśnienie|zaburzenia lękowe|migrenę|przepuklinę|WZW C|schizofrenię|białaczkę",
}
DRUGS = (
    "metformin|sertraline|lithium|insulin|Ozempic|Prozac|Xanax|methotrexate|Truvada|levothyroxine|Ritalin|Humira|warfarin|"
    "fluoxetine|quetiapine|methadone|Zoloft|Lexapro|prednisone|Adderall"
)
RELIGION = {
    "en": "Catholic|Muslim|Jewish|Hindu|Buddhist|atheist|Jehovah's Witness|Sikh|Mormon|Orthodox Christian|Protestant|Sunni|evangelical",
    "de": "katholisch|muslimisch|jüdisch|evangelisch|buddhistisch|orthodox|konfessionslos|Zeuge Jehovas|hinduistisch|alevitisch",
    "fr": "catholique|musulman|juif|protestante|bouddhiste|athée|témoin de Jéhovah|orthodoxe|hindoue|juive|musulmane",
    "es": "católico|musulmana|judío|evangélica|budista|atea|testigo de Jehová|ortodoxo|hindú|judía|protestante",
    "it": "cattolico|musulmana|ebreo|evangelica|buddista|atea|testimone di Geova|ortodosso|induista|valdese",
    "pt": "católico|muçulmana|judeu|evangélica|budista|ateia|testemunha de Jeová|ortodoxo|hindu|espírita",
    "nl": "katholiek|moslim|joods|protestants|boeddhist|atheïst|Jehova's getuige|orthodox|hindoe|gereformeerd",
    "pl": "katolikiem|muzułmanką|Żydem|ewangelikiem|buddystką|ateistą|świadkiem Jehowy|prawosławnym|protestantem",
}
POLITICS = {
    "en": "a lifelong Republican|a Democrat|a Labour voter|a Tory|a communist|the Green Party|UKIP|a libertarian|the Socialist Party|an anarchist",
    "de": "die Grünen|die AfD|SPD-Mitglied|CDU-Wähler|die Linke|FDP|Kommunist|die CSU",
    "fr": "le Rassemblement National|la France insoumise|les Verts|le Parti socialiste|communiste|Les Républicains",
    "es": "el PSOE|el Partido Popular|Vox|Podemos|comunista|Izquierda Unida|Esquerra Republicana",
    "it": "il Partito Democratico|la Lega|Fratelli d'Italia|il Movimento 5 Stelle|comunista|Forza Italia",
    "pt": "o PS|o PSD|o Chega|o Bloco de Esquerda|comunista|o PT|a Iniciativa Liberal",
    "nl": "GroenLinks|de PVV|de VVD|D66|de SP|het CDA|communist",
    "pl": "PiS|Platformę Obywatelską|Lewicę|Konfederację|PSL|Razem",
}
ORIGIN = {
    "en": "Turkish|Nigerian|Polish|Romanian|Syrian|Indian|Chinese|Mexican|Black|Roma|Kurdish|Moroccan|Vietnamese|African American|Latino|"
    "German|French|Italian|British|Brazilian|Iranian|Korean|Japanese|Somali|Ukrainian|Pakistani|Irish|Afghan|Native American|Greek|Filipino",
    "de": "türkischer|polnischer|rumänischer|syrischer|italienischer|kurdischer|nigerianischer|deutscher|serbischer|vietnamesischer|afghanischer",
    "fr": "algérienne|marocaine|turque|polonaise|roumaine|syrienne|sénégalaise|française|portugaise|malienne|vietnamienne|kurde|moldave",
    "es": "marroquí|rumana|colombiana|peruana|venezolana|gitana|argentina|española|senegalesa|china|cubana|ecuatoriana",
    "it": "rumena|albanese|marocchina|nigeriana|cinese|ucraina|italiana|rom|peruviana|egiziana|filippina",
    "pt": "brasileira|angolana|cabo-verdiana|ucraniana|moçambicana|cigana|portuguesa|indiana|venezuelana",
    "nl": "Turkse|Marokkaanse|Surinaamse|Poolse|Syrische|Nederlandse|Antilliaanse|Indonesische|Eritrese",
    "pl": "ukraińskiego|białoruskiego|polskiego|wietnamskiego|romskiego|niemieckiego|rosyjskiego|tureckiego",
}
ORIENTATION = "gay|lesbian|bisexual|queer|pansexual|asexual|trans|homosexual|bi|non-binary"
UNIONS = "Verdi|IG Metall|the CGT|Unite|UNISON|CCOO|UGT|CGIL|FNV|Solidarność|the Teamsters|the AFL-CIO|CFDT|the RMT|SEIU"
COMPANIES = (
    "Siemens|Google|Amazon|Deutsche Bank|Microsoft|Tesla|Walmart|Lidl|IKEA|BNP Paribas|Santander|Telefónica|ING|Philips|Orlen|PKO BP|"
    "Allianz|Barclays|HSBC|Tesco|Nike|Netflix|Spotify|Uber|Deloitte|KPMG|Goldman Sachs|JPMorgan|Vodafone|Orange|Renault|BMW|Volkswagen|"
    "Shell|Airbus|Ryanair|Lufthansa|Accenture|Infosys|Samsung|Sony|Toyota|Petrobras|EDP|Enel|Fiat|Zalando|SAP|Bosch|Nestlé|Novartis|"
    "Pfizer|Boeing|Intel|IBM|Oracle|Salesforce|Airbnb|McDonald's|Starbucks|Carrefour|Mercadona|Albert Heijn|Allegro|OpenAI|Meta"
)
BODIES = (
    "NHS|FBI|NASA|UNICEF|Red Cross|WHO|European Commission|UN|HMRC|IRS|DVLA|Home Office|Ministry of Justice|CIA|Amnesty International|"
    "Greenpeace|the Council of Europe|NATO|Interpol|MIT|UCLA|BBC|CNN|Reuters|Manchester United|Real Madrid|the Lakers|Ajax|Legia|"
    "Finanzamt|Bundesagentur für Arbeit|AOK|Pôle emploi|la CAF|URSSAF|Seguridad Social|INPS|Agenzia delle Entrate|Belastingdienst|ZUS|NFZ|"
    "Urząd Skarbowy|Segurança Social|Ayuntamiento de Madrid|Stadt Köln|Mairie de Lyon|Comune di Milano|Gemeente Utrecht"
)
PRODUCTS = (
    "iPhone 15|Windows 11|Excel|PlayStation 5|Photoshop|Galaxy S23|Kindle|Python 3.11|Docker|Kubernetes|Postgres|React|MacBook Air|"
    "Toyota Corolla|Golf GTI|Nutella|Coca-Cola|Lego|Minecraft|Fortnite|Word|PowerPoint|Jira|Android|ChatGPT|Claude|Linux|Ubuntu|"
    "Raspberry Pi|Bluetooth|GitHub Actions|Chrome|VS Code|TypeScript|Tesla Model 3|AirPods|Nespresso|Monopoly|Ibuprofen|Java|Rust"
)
COINED = (
    "Nova|Blue|Green|Alpha|Nord|Terra|Vita|Opti|Medi|Agro|Inno|Digi|Eco|Omni|Astra|Lumi|Hydra|Pixel|Quant|Zen",
    "tech|soft|care|bank|works|line|pharm|logic|stone|flow|ware|lab|Pay|Cloud|.io|ix",
    "|| GmbH| Inc| Ltd| S.A.",
)
COMPANY_TAILS = {
    "en": "Ltd|Inc.|LLC|& Sons|Group|Partners|Consulting|Logistics|Holdings|Bank|Insurance|Motors|Foods|Technologies|Solutions|Plumbing|Bakery|Studio",
    "de": "GmbH|AG|& Söhne|KG|Versicherung|Bau GmbH|Logistik|Holding AG|& Partner|e.V.|Apotheke|Elektrotechnik GmbH|Bäckerei",
    "fr": "SARL|SA|et Fils|SAS|Assurances|Conseil|Transports|& Associés|Immobilier|Boulangerie",
    "es": "S.L.|S.A.|e Hijos|Consultores|Seguros|Transportes|y Asociados|Construcciones|Inmobiliaria",
    "it": "S.r.l.|S.p.A.|& Figli|Assicurazioni|Costruzioni|Trasporti|Studio Legale|& C. S.n.c.",
    "pt": "Lda.|S.A.|e Filhos|Seguros|Transportes|Consultores|Construções|Ltda.",
    "nl": "B.V.|N.V.|& Zonen|Verzekeringen|Transport|Advocaten|Bouw B.V.|Makelaars",
    "pl": "Sp. z o.o.|S.A.|i Synowie|Ubezpieczenia|Transport|Kancelaria|sp.k.|Budownictwo",
}
INSTITUTIONS = {
    "en": "University of {city}|{city} University|{city} General Hospital|St. {first}'s Hospital|{city} City Council|{last} Elementary School|"
    "{city} High School|{city} Police Department|{city} Magistrates' Court|{last} Foundation|Bank of {city}|{city} United|{last} College|"
    "{city} District Court|Supreme Court|Court of Appeal|Public Prosecutor's Office|{city} Regional Court|Ministry of Health|{city} Church of Christ",
    "de": "Universität {city}|Klinikum {city}|Amtsgericht {city}|Landgericht {city}|Stadtverwaltung {city}|{last}-Gymnasium|Sparkasse {city}|"
    "Grundschule {city}|FC {city}|Bundesgerichtshof|Bundesverfassungsgericht|Oberlandesgericht {city}|Jobcenter {city}|TU {city}|Polizei {city}",
    "fr": "Université de {city}|CHU de {city}|tribunal de grande instance de {city}|mairie de {city}|lycée {full}|cour d'appel de {city}|"
    "préfecture de {city}|Cour de cassation|Conseil d'Etat|collège {last}|Crédit Agricole de {city}|tribunal administratif de {city}|AS {city}",
    "es": "Universidad de {city}|Hospital General de {city}|Ayuntamiento de {city}|Audiencia Provincial de {city}|Tribunal Supremo|"
    "IES {full}|Juzgado de Primera Instancia de {city}|Colegio {last}|Tribunal Constitucional|Clínica {last}|Caja Rural de {city}",
    "it": "Università di {city}|Ospedale di {city}|Comune di {city}|Tribunale di {city}|Corte di Cassazione|Liceo {last}|Procura di {city}|"
    "ASL {city}|Corte d'Appello di {city}|Banca di {city}|Istituto {last}",
    "pt": "Universidade de {city}|Hospital de {city}|Câmara Municipal de {city}|Tribunal da Relação de {city}|Escola Secundária {full}|"
    "Supremo Tribunal de Justiça|Tribunal Judicial de {city}|Clínica {last}|Sporting de {city}",
    "nl": "Universiteit van {city}|Ziekenhuis {city}|Gemeente {city}|Rechtbank {city}|Hoge Raad|{last} College|Gerechtshof {city}|"
    "Basisschool {last}|Rabobank {city}|Politie {city}|FC {city}",
    "pl": "Uniwersytet w {city}|Szpital Miejski w {city}|Urząd Miasta {city}|Sąd Okręgowy w {city}|Sąd Najwyższy|Sąd Rejonowy w {city}|"
    "Politechnika w {city}|Prokuratura Rejonowa w {city}|Bank Spółdzielczy w {city}|Liceum im. {full}|Przychodnia {last}",
}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}
TITLES = {
    "en": ("Mrs|Ms|Mrs.|Ms.|Miss|Dr.|Dr|Prof.", "Mr|Mr.|Mr|Mr.|Dr.|Dr|Sir|Prof."),
    "de": ("Frau|Frau|Frau Dr.|Fr.", "Herr|Herr|Herr Dr.|Hr.|Herrn"),
    "fr": ("Mme|Madame|Mme|Mlle|Me", "M.|Monsieur|M.|Dr|Me|Mr"),
    "es": ("Sra.|Doña|Dra.|la Sra.", "Sr.|Don|Dr.|D."),
    "it": ("Sig.ra|Signora|Dott.ssa|Avv.", "Sig.|Signor|Dott.|Avv.|Ing."),
    "pt": ("Sra.|Dona|Dra.|D.", "Sr.|Senhor|Dr.|Eng."),
    "nl": ("mevrouw|Mevr.|mevr.|Mw.", "meneer|dhr.|de heer|Dhr."),
    "pl": ("Pani|pani|Panią|dr", "Pan|pan|Pana|dr"),
}
LANGS = tuple(JOBS)
HOMES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "pl": "polish",
}
