"""The notice in Spanish."""

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
    title="Qué hace {controller} con lo que usted escribe",
    asking="Preguntas, o sus datos: {contact}",
    standing="Versión {version} de las reglas, SHA-256 {digest}.",
    closing=(
        "Lo que no está escrito aquí no está permitido y se rechaza.",
        "Ningún programa lo ve todo. No escriba lo que la respuesta no necesita.",
    ),
)

_SENTENCES = Sentences(
    collect="{To}, {done}",
    keep=(
        "{To}, guardamos las conversaciones, pero solo cambiadas y bajo llave. Las borramos "
        "después de {period}. {sooner}"
    ),
    sooner="Si usted lo dice, las borramos después de {times}, o no guardamos nada",
    not_at_all="Si usted lo dice, no guardamos nada",
    reside="{To}, ponemos las conversaciones solo {place}",
    reside_each=(
        "{To}, ponemos las conversaciones solo en su propia región. Es {place} si no hay otra "
        "fijada para usted. También puede ser {others}"
    ),
    share="{To}, mandamos su texto cambiado a {name} {place} ({hosts}){served}{asked}",
    served=". Lo hacemos solo si su región es {regions}",
    train="Lo que guardamos {aim} también puede ayudar a mejorar el asistente{asked}",
    sample=(
        "Personas que trabajan para nosotros pueden leer muestras de lo que guardamos {aim}{asked}"
    ),
    announce="Le avisamos por correo cuando algo cambia aquí{asked}",
    announce_reading=(
        "Le avisamos por correo cuando algo cambia aquí, y cuando una persona que trabaja para "
        "nosotros lee una conversación suya{asked}"
    ),
    rotate=(
        "Cambiamos las llaves de lo que guardamos: "
        "la suya tras {own}, las de encima tras {above} y {highest}"
    ),
    minors=(
        "Si tiene menos de {age} años, le respondemos y no guardamos nada. Solo su "
        "padre o su madre puede cambiarlo, y vemos que lo sea. {unknown}"
    ),
    minors_refused=(
        "Si tiene menos de {age} años, no le respondemos. Solo su padre o su madre "
        "puede cambiarlo, y vemos que lo sea. {unknown}"
    ),
    no_media="{To}, no aceptamos fotos, sonido ni archivos. No podemos ver qué hay en ellos",
    some_media="{To}, dejamos pasar {media} tal como están. No vemos qué hay en ellos",
    never_use="Nunca usamos lo que usted escribe {aims}",
    never_use_any="Nunca usamos lo que usted escribe para nada de esto: {aims}",
    never_share="Nunca damos lo que usted escribe a {names}",
    never_infer="Nunca sacamos esto de otras cosas que usted dice",
)

_KINDS = kinds(
    (
        "nombres de personas",
        "nombres de usuario",
        "claves de cuentas y aparatos que manda la aplicación",
        "números de identidad",
        "números de impuestos",
        "números de pasaporte",
        "números de permiso de conducir",
        "fechas de nacimiento",
        "edades",
        "género",
        "matrículas y números de bastidor",
        "direcciones de correo electrónico",
        "números de teléfono",
        "direcciones y códigos postales",
        "nombres de lugares",
        "coordenadas",
        "direcciones IP",
        "direcciones de hardware de red",
        "direcciones web que llevan a una persona",
        "números de aparato como el IMEI",
        "números de tarjeta de pago",
        "números de cuenta bancaria",
        "direcciones de monedero cripto",
        "números de historia clínica",
        "números de seguro",
        "salud",
        "religión y creencias",
        "opiniones políticas",
        "nacionalidad y origen",
        "vida y orientación sexual",
        "afiliación a un sindicato",
        "contraseñas",
        "claves de API y de acceso",
        "claves privadas",
        "organizaciones",
        "puestos de trabajo",
        "números de empleado",
        "fechas",
        "términos que el equipo ha listado",
    )
)

SPANISH = Tongue(
    frame=_FRAME,
    sentences=_SENTENCES,
    aims={
        Purpose.ASSIST: "para responderle",
        Purpose.IMPROVE: "para mejorar el asistente",
        Purpose.TRAIN: "para entrenar modelos de IA",
        Purpose.REVIEW: "para ver si hay abusos",
        Purpose.SECURITY: "para mantener seguro el servicio",
        Purpose.SALES: "para venderle cosas",
        Purpose.ADVERTISING: "para mostrarle anuncios",
        Purpose.RIGHTS: "para hacer lo que usted pide sobre sus datos",
    },
    treatments={
        Treatment.EXCLUDE: "primero quitamos cada una de estas cosas que vemos",
        Treatment.PSEUDONYMIZE: (
            "primero ponemos un código en el lugar de cada una de estas cosas que "
            "vemos, y luego sus palabras en la respuesta"
        ),
        Treatment.HASH: (
            "primero ponemos un código que nadie puede leer en el lugar de cada una "
            "de estas cosas que vemos"
        ),
        Treatment.GENERALIZE: "primero hacemos menos exacta cada una de estas cosas que vemos",
        Treatment.KEEP: "estas cosas quedan como usted las escribe",
    },
    kinds=_KINDS,
    places={
        Region.LOCAL: "en los ordenadores de este servicio",
        Region.EU: "en la Unión Europea",
        Region.UK: "en el Reino Unido",
        Region.US: "en los Estados Unidos",
        Region.CA: "en Canadá",
        Region.CH: "en Suiza",
        Region.APAC: "en Asia o el Pacífico",
    },
    regions={
        Region.LOCAL: "los ordenadores de este servicio",
        Region.EU: "la Unión Europea",
        Region.UK: "el Reino Unido",
        Region.US: "los Estados Unidos",
        Region.CA: "Canadá",
        Region.CH: "Suiza",
        Region.APAC: "Asia o el Pacífico",
    },
    media={
        Media.IMAGE: "fotos",
        Media.AUDIO: "sonido",
        Media.FILE: "archivos",
    },
    unknown_fields={
        UnknownFields.REFUSE: "rechazamos mensajes con partes que no conocemos",
        UnknownFields.TREAT: "cambiamos como el resto las partes que no conocemos, y las pasamos",
    },
    unknown_ages={
        UnknownAge.ADULT: "Si no sabemos su edad, le tratamos como mayor",
        UnknownAge.MINOR: "Esto vale también si no sabemos su edad",
    },
    asked={
        Consent.OPT_IN: ". Lo hacemos solo si usted acepta",
        Consent.OPT_OUT: ". Usted puede decir que no",
    },
    topics={
        Topic.TREAT: "Qué pasa con lo que usted escribe",
        Topic.SHARE: "Quién lo recibe",
        Topic.KEEP: "Qué se guarda, y cuánto tiempo",
        Topic.ACCEPT: "Fotos, sonido, archivos y otras cosas",
        Topic.CHOOSE: "Qué decide usted",
        Topic.MINORS: "Si usted es joven",
        Topic.NEVER: "Qué no pasa nunca",
    },
    units=(("día", "días"), ("hora", "horas"), ("minuto", "minutos"), ("segundo", "segundos")),
    conjunctions=("y", "o"),
    no_time="menos de un segundo",
)
