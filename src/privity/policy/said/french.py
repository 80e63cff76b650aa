"""The notice in French."""

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
    title="Ce que {controller} fait de ce que vous écrivez",
    asking="Questions, ou vos données : {contact}",
    standing="Version {version} des règles, SHA-256 {digest}.",
    closing=(
        "Ce qui n'est pas écrit ici n'est pas permis et est refusé.",
        ("Aucun programme ne voit tout. Laissez de côté ce dont la réponse n'a pas besoin."),
    ),
)

_SENTENCES = Sentences(
    collect="{To}, {done}",
    keep=(
        "{To}, nous gardons les conversations, mais changés et sous clé. Nous les effaçons "
        "après {period}. {sooner}"
    ),
    sooner="Si vous le dites, nous les effaçons après {times}, ou ne gardons rien",
    not_at_all="Si vous le dites, nous ne gardons rien",
    reside="{To}, nous stockons les conversations seulement {place}",
    reside_each=(
        "{To}, nous stockons les conversations seulement dans votre région. C'est {place} "
        "si aucune n'est fixée pour vous. Ce peut aussi être {others}"
    ),
    share=("{To}, nous envoyons votre texte changé à {name} {place} ({hosts}){served}{asked}"),
    served=". Nous le faisons seulement si votre région est {regions}",
    train=("Ce que nous gardons {aim} peut aussi aider à rendre l'assistant meilleur{asked}"),
    sample=(
        "Des gens qui travaillent pour nous peuvent lire des extraits de ce que nous "
        "gardons {aim}{asked}"
    ),
    announce="Nous vous écrivons quand quelque chose change ici{asked}",
    announce_reading=(
        "Nous vous écrivons quand quelque chose change ici, et quand une personne qui travaille "
        "pour nous lit une de vos conversations{asked}"
    ),
    rotate=(
        "Nous changeons les clés de ce que nous gardons : "
        "la vôtre après {own}, celles au-dessus après {above} et {highest}"
    ),
    minors=(
        "Si vous avez moins de {age} ans, nous vous répondons et n'en gardons rien. "
        "Seul un parent peut changer cela, et nous vérifions que c'est un parent. "
        "{unknown}"
    ),
    minors_refused=(
        "Si vous avez moins de {age} ans, nous ne vous répondons pas. Seul un parent "
        "peut changer cela, et nous vérifions que c'est un parent. {unknown}"
    ),
    no_media=(
        "{To}, nous ne prenons ni images, ni sons, ni fichiers. Nous ne pouvons pas "
        "voir ce qui est dedans"
    ),
    some_media=(
        "{To}, nous laissons passer {media} tels quels. Nous ne regardons pas ce qui est dedans"
    ),
    never_use="Nous n'utilisons jamais ce que vous écrivez {aims}",
    never_use_any="Nous n'utilisons jamais ce que vous écrivez pour rien de cela : {aims}",
    never_share="Nous ne donnons jamais ce que vous écrivez à {names}",
    never_infer="Nous ne déduisons jamais ceci du reste de vos mots",
)

_KINDS = kinds(
    (
        "noms de personnes",
        "noms d'utilisateur",
        "identifiants de compte et d'appareil envoyés par l'application",
        "numéros d'identité nationale",
        "numéros fiscaux",
        "numéros de passeport",
        "numéros de permis de conduire",
        "dates de naissance",
        "âges",
        "sexe et genre",
        "plaques et numéros de châssis",
        "adresses e-mail",
        "numéros de téléphone",
        "adresses et codes postaux",
        "noms de lieux",
        "coordonnées",
        "adresses IP",
        "adresses matérielles de réseau",
        "adresses web qui mènent à une personne",
        "numéros d'appareil comme l'IMEI",
        "numéros de carte de paiement",
        "numéros de compte bancaire",
        "adresses de portefeuille crypto",
        "numéros de dossier médical",
        "numéros d'assurance",
        "santé",
        "religion et croyance",
        "opinions politiques",
        "nationalité et origine",
        "vie et orientation sexuelles",
        "appartenance à un syndicat",
        "mots de passe",
        "clés d'API et jetons d'accès",
        "clés privées",
        "organisations",
        "métiers et titres",
        "numéros de personnel",
        "dates",
        "termes que l'équipe a listés",
    )
)

FRENCH = Tongue(
    frame=_FRAME,
    sentences=_SENTENCES,
    aims={
        Purpose.ASSIST: "pour vous répondre",
        Purpose.IMPROVE: "pour rendre l'assistant meilleur",
        Purpose.TRAIN: "pour former des modèles d'IA",
        Purpose.REVIEW: "pour voir les abus",
        Purpose.SECURITY: "pour garder le service sûr",
        Purpose.SALES: "pour vous vendre des choses",
        Purpose.ADVERTISING: "pour vous montrer des pubs",
        Purpose.RIGHTS: "pour faire ce que vous demandez pour vos données",
    },
    treatments={
        Treatment.EXCLUDE: "nous enlevons d'abord chacune de ces choses que nous voyons",
        Treatment.PSEUDONYMIZE: (
            "nous mettons d'abord un code à la place de chacune de ces choses que "
            "nous voyons, et remettons vos mots dans la réponse"
        ),
        Treatment.HASH: (
            "nous mettons d'abord un code que personne ne peut lire à la place de "
            "chacune de ces choses que nous voyons"
        ),
        Treatment.GENERALIZE: (
            "nous rendons d'abord moins exacte chacune de ces choses que nous voyons"
        ),
        Treatment.KEEP: "ces choses restent comme vous les écrivez",
    },
    kinds=_KINDS,
    places={
        Region.LOCAL: "sur les machines de ce service",
        Region.EU: "dans l'Union européenne",
        Region.UK: "au Royaume-Uni",
        Region.US: "aux États-Unis",
        Region.CA: "au Canada",
        Region.CH: "en Suisse",
        Region.APAC: "en Asie ou dans le Pacifique",
    },
    regions={
        Region.LOCAL: "les machines de ce service",
        Region.EU: "l'Union européenne",
        Region.UK: "le Royaume-Uni",
        Region.US: "les États-Unis",
        Region.CA: "le Canada",
        Region.CH: "la Suisse",
        Region.APAC: "l'Asie ou le Pacifique",
    },
    media={
        Media.IMAGE: "les images",
        Media.AUDIO: "les sons",
        Media.FILE: "les fichiers",
    },
    unknown_fields={
        UnknownFields.REFUSE: (
            "nous refusons les messages avec des parties que nous ne connaissons pas"
        ),
        UnknownFields.TREAT: (
            "nous changeons comme le reste les parties que nous ne connaissons pas, et les passons"
        ),
    },
    unknown_ages={
        UnknownAge.ADULT: "Si nous ne savons pas votre âge, nous vous croyons plus âgé",
        UnknownAge.MINOR: "Cela vaut aussi si nous ne savons pas votre âge",
    },
    asked={
        Consent.OPT_IN: ". Nous le faisons seulement si vous êtes d'accord",
        Consent.OPT_OUT: ". Vous pouvez dire non",
    },
    topics={
        Topic.TREAT: "Ce qui arrive à ce que vous écrivez",
        Topic.SHARE: "Qui le reçoit",
        Topic.KEEP: "Ce qui est gardé, et combien de temps",
        Topic.ACCEPT: "Images, sons, fichiers et autres choses",
        Topic.CHOOSE: "Ce que vous décidez",
        Topic.MINORS: "Si vous êtes jeune",
        Topic.NEVER: "Ce qui n'arrive jamais",
    },
    units=(("jour", "jours"), ("heure", "heures"), ("minute", "minutes"), ("seconde", "secondes")),
    conjunctions=("et", "ou"),
    no_time="moins d'une seconde",
)
