"""The notice in German."""

from __future__ import annotations

from privity.model.words import (
    Consent,
    Media,
    Purpose,
    Region,
    Treatment,
    UnknownAge,
    UnknownFields,
)
from privity.policy.said.tongue import Frame, Sentences, Tongue, Topic, kinds

_FRAME = Frame(
    title="Was {controller} mit dem macht, was Sie schreiben",
    asking="Fragen oder Ihre Daten: {contact}",
    standing="Fassung {version} der Regeln, SHA-256 {digest}.",
    closing=(
        "Was hier nicht steht, ist nicht erlaubt und wird abgelehnt.",
        "Kein Programm sieht alles. Lassen Sie weg, was die Antwort nicht braucht.",
    ),
)

_SENTENCES = Sentences(
    collect="{To}, {done}",
    keep=(
        "{To}, bewahren wir Gespräche auf, aber nur geändert und verschlossen. Nach "
        "{period} löschen wir sie. {sooner}"
    ),
    sooner="Wenn Sie wollen, löschen wir sie nach {times} oder bewahren nichts auf",
    not_at_all="Wenn Sie wollen, bewahren wir nichts auf",
    reside="{To}, speichern wir Gespräche nur {place}",
    reside_each=(
        "{To}, speichern wir Gespräche nur in Ihrer eigenen Region. Steht für Sie "
        "keine fest, ist das {place}. Sonst kann es auch {others} sein"
    ),
    share=("{To}, schicken wir Ihren geänderten Text an {name} {place} ({hosts}){served}{asked}"),
    served=". Das tun wir nur, wenn Ihre Region so heißt: {regions}",
    train=("Was wir aufbewahren, {aim}, darf auch helfen, das Programm besser zu machen{asked}"),
    sample=(
        "Leute, die für uns arbeiten, dürfen Proben von dem lesen, was wir aufbewahren, "
        "{aim}{asked}"
    ),
    announce="Wir sagen Ihnen per E-Mail, wenn sich hier etwas ändert{asked}",
    announce_reading=(
        "Wir sagen Ihnen per E-Mail, wenn sich hier etwas ändert und wenn jemand, der für uns "
        "arbeitet, ein Gespräch von Ihnen liest{asked}"
    ),
    rotate=(
        "Wir wechseln die Schlüssel zu dem, was wir aufheben: "
        "Ihren nach {own}, die darüber nach {above} und {highest}"
    ),
    minors=(
        "Sind Sie unter {age}, antworten wir Ihnen und bewahren nichts davon auf. Nur "
        "Ihre Eltern können das ändern, und wir prüfen, dass sie es sind. {unknown}"
    ),
    minors_refused=(
        "Sind Sie unter {age}, antworten wir Ihnen nicht. Nur Ihre Eltern können das "
        "ändern, und wir prüfen, dass sie es sind. {unknown}"
    ),
    no_media=(
        "{To}, nehmen wir keine Bilder, Töne oder Dateien an. Wir können nicht prüfen, "
        "was darin ist"
    ),
    some_media=("{To}, lassen wir {media} so durch, wie sie sind. Wir prüfen nicht, was darin ist"),
    never_use="Wir nutzen nie, was Sie schreiben, {aims}",
    never_use_any="Für nichts davon nutzen wir je, was Sie schreiben: {aims}",
    never_share="Wir geben nie weiter, was Sie schreiben, auch nicht an {names}",
    never_infer="Das hier schließen wir nie aus anderem, was Sie sagen",
)

_KINDS = kinds(
    (
        "Namen von Menschen",
        "Benutzernamen",
        "Kennungen von Konten und Geräten aus der Anwendung",
        "Nummern von Ausweisen",
        "Steuernummern",
        "Nummern von Pässen",
        "Nummern von Führerscheinen",
        "Geburtsdaten",
        "Alter",
        "Geschlecht",
        "Kennzeichen und Fahrgestellnummern",
        "E-Mail-Adressen",
        "Telefonnummern",
        "Anschriften und Postleitzahlen",
        "Namen von Orten",
        "Koordinaten",
        "IP-Adressen",
        "Hardware-Adressen im Netz",
        "Web-Adressen, die zu einem Menschen führen",
        "Gerätenummern wie die IMEI",
        "Nummern von Zahlungskarten",
        "Nummern von Bankkonten",
        "Adressen von Krypto-Konten",
        "Nummern von Krankenakten",
        "Versicherungsnummern",
        "Gesundheit",
        "Religion und Glaube",
        "politische Meinungen",
        "Nationalität und Herkunft",
        "Sexualleben und sexuelle Orientierung",
        "Mitgliedschaft in einer Gewerkschaft",
        "Passwörter",
        "API-Schlüssel und Zugangscodes",
        "private Schlüssel",
        "Organisationen",
        "Berufe und Titel",
        "Personalnummern",
        "Daten im Kalender",
        "Begriffe von einer Liste des Teams",
    )
)

GERMAN = Tongue(
    frame=_FRAME,
    sentences=_SENTENCES,
    aims={
        Purpose.ASSIST: "um Ihnen zu antworten",
        Purpose.IMPROVE: "um das Programm besser zu machen",
        Purpose.TRAIN: "um eine KI zu trainieren",
        Purpose.REVIEW: "um nach Missbrauch zu sehen",
        Purpose.SECURITY: "um den Dienst sicher zu halten",
        Purpose.SALES: "um Ihnen etwas zu verkaufen",
        Purpose.ADVERTISING: "um Ihnen Werbung zu zeigen",
        Purpose.RIGHTS: "um zu tun, was Sie zu Ihren Daten verlangen",
    },
    treatments={
        Treatment.EXCLUDE: "nehmen wir zuerst alles davon heraus, was wir sehen",
        Treatment.PSEUDONYMIZE: (
            "setzen wir zuerst einen Code an die Stelle von allem davon, was wir "
            "sehen, und in die Antwort wieder Ihre Worte"
        ),
        Treatment.HASH: (
            "setzen wir zuerst einen Code, den niemand auflösen kann, an die Stelle "
            "von allem davon, was wir sehen"
        ),
        Treatment.GENERALIZE: "machen wir zuerst alles davon, was wir sehen, weniger genau",
        Treatment.KEEP: "bleibt das so, wie Sie es schreiben",
    },
    kinds=_KINDS,
    places={
        Region.LOCAL: "auf den Rechnern dieses Dienstes",
        Region.EU: "in der Europäischen Union",
        Region.UK: "im Vereinigten Königreich",
        Region.US: "in den USA",
        Region.CA: "in Kanada",
        Region.CH: "in der Schweiz",
        Region.APAC: "in Asien oder am Pazifik",
    },
    regions={
        Region.LOCAL: "die Rechner dieses Dienstes",
        Region.EU: "die Europäische Union",
        Region.UK: "das Vereinigte Königreich",
        Region.US: "die USA",
        Region.CA: "Kanada",
        Region.CH: "die Schweiz",
        Region.APAC: "Asien oder der Pazifik",
    },
    media={
        Media.IMAGE: "Bilder",
        Media.AUDIO: "Töne",
        Media.FILE: "Dateien",
    },
    unknown_fields={
        UnknownFields.REFUSE: "lehnen wir Nachrichten mit Teilen ab, die wir nicht kennen",
        UnknownFields.TREAT: (
            "ändern wir Teile, die wir nicht kennen, wie den Rest und geben sie weiter"
        ),
    },
    unknown_ages={
        UnknownAge.ADULT: "Wissen wir Ihr Alter nicht, gelten Sie als älter",
        UnknownAge.MINOR: "Das gilt auch, wenn wir Ihr Alter nicht wissen",
    },
    asked={
        Consent.OPT_IN: ". Das tun wir nur, wenn Sie zustimmen",
        Consent.OPT_OUT: ". Sie können dazu nein sagen",
    },
    topics={
        Topic.TREAT: "Was mit dem geschieht, was Sie schreiben",
        Topic.SHARE: "Wer es bekommt",
        Topic.KEEP: "Was wir aufbewahren und wie lange",
        Topic.ACCEPT: "Bilder, Töne, Dateien und anderes",
        Topic.CHOOSE: "Was Sie entscheiden",
        Topic.MINORS: "Wenn Sie jung sind",
        Topic.NEVER: "Was nie geschieht",
    },
    units=(("Tag", "Tagen"), ("Stunde", "Stunden"), ("Minute", "Minuten"), ("Sekunde", "Sekunden")),
    conjunctions=("und", "oder"),
    no_time="weniger als einer Sekunde",
)
