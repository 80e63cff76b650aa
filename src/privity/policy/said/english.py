"""The notice in English."""

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
    title="What {controller} does with what you write",
    asking="Questions, or your data: {contact}",
    standing="Version {version} of the policy, SHA-256 {digest}.",
    closing=(
        "What is not written here is not allowed, and is refused.",
        "No program sees everything. Leave out what the answer does not need.",
    ),
)

_SENTENCES = Sentences(
    collect="{To}, {done}",
    keep=(
        "{To}, we keep conversations, but only changed and locked. We delete them "
        "after {period}. {sooner}"
    ),
    sooner="If you say so, we delete them after {times}, or keep nothing",
    not_at_all="If you say so, we keep nothing",
    reside="{To}, we store conversations only {place}",
    reside_each=(
        "{To}, we store conversations only in your own region. That is {place} if no "
        "region is set for you. It can also be {others}"
    ),
    share="{To}, we send your changed text to {name} {place} ({hosts}){served}{asked}",
    served=". We do this only if your region is {regions}",
    train="What we keep {aim} may also help to make the assistant better{asked}",
    sample="People who work for us may read samples of what we keep {aim}{asked}",
    announce="We tell you by mail when something here changes{asked}",
    announce_reading=(
        "We tell you by mail when something here changes, and when somebody who works for us "
        "reads a conversation of yours{asked}"
    ),
    rotate=(
        "We change the keys to what we keep: "
        "your own after {own}, the ones above it after {above} and {highest}"
    ),
    minors=(
        "If you are under {age}, we answer you and keep nothing of it. Only a parent "
        "can change that, and we check that it is a parent. {unknown}"
    ),
    minors_refused=(
        "If you are under {age}, we do not answer you. Only a parent can change that, "
        "and we check that it is a parent. {unknown}"
    ),
    no_media="{To}, we take no pictures, sound or files. We cannot check what is in them",
    some_media="{To}, we let {media} through as they are. We do not check what is in them",
    never_use="We never use what you write {aims}",
    never_use_any="We never use what you write for any of these: {aims}",
    never_share="We never give what you write to {names}",
    never_infer="We never work these out from other things you say",
)

_KINDS = kinds(
    (
        "names of people",
        "user names and handles",
        "account and device ids sent by the application",
        "national identity numbers",
        "tax numbers",
        "passport numbers",
        "driving licence numbers",
        "dates of birth",
        "ages",
        "gender",
        "vehicle plates and chassis numbers",
        "e-mail addresses",
        "phone numbers",
        "street addresses and postcodes",
        "names of places",
        "coordinates",
        "IP addresses",
        "network hardware addresses",
        "web addresses that point to a person",
        "device numbers such as IMEI",
        "payment card numbers",
        "bank account numbers",
        "crypto wallet addresses",
        "medical record numbers",
        "insurance numbers",
        "health",
        "religion and belief",
        "political opinions",
        "nationality and ethnic origin",
        "sex life and orientation",
        "trade union membership",
        "passwords",
        "API keys and access tokens",
        "private keys",
        "organizations",
        "job titles",
        "employee numbers",
        "dates",
        "terms that the team has listed",
    )
)

ENGLISH = Tongue(
    frame=_FRAME,
    sentences=_SENTENCES,
    aims={
        Purpose.ASSIST: "to answer you",
        Purpose.IMPROVE: "to make the assistant better",
        Purpose.TRAIN: "to train AI models",
        Purpose.REVIEW: "to check for misuse",
        Purpose.SECURITY: "to keep the service safe",
        Purpose.SALES: "to sell you things",
        Purpose.ADVERTISING: "to show you ads",
        Purpose.RIGHTS: "to do what you ask about your data",
    },
    treatments={
        Treatment.EXCLUDE: "we first take out each of these that we see",
        Treatment.PSEUDONYMIZE: (
            "we first put a code in the place of each of these that we see, and put "
            "your own words back in the answer"
        ),
        Treatment.HASH: (
            "we first put a code that nobody can turn back in the place of each of "
            "these that we see"
        ),
        Treatment.GENERALIZE: "we first make each of these that we see less exact",
        Treatment.KEEP: "these stay as you wrote them",
    },
    kinds=_KINDS,
    places={
        Region.LOCAL: "on the computers that run this service",
        Region.EU: "in the European Union",
        Region.UK: "in the United Kingdom",
        Region.US: "in the United States",
        Region.CA: "in Canada",
        Region.CH: "in Switzerland",
        Region.APAC: "in Asia or the Pacific",
    },
    regions={
        Region.LOCAL: "the computers that run this service",
        Region.EU: "the European Union",
        Region.UK: "the United Kingdom",
        Region.US: "the United States",
        Region.CA: "Canada",
        Region.CH: "Switzerland",
        Region.APAC: "Asia or the Pacific",
    },
    media={
        Media.IMAGE: "pictures",
        Media.AUDIO: "sound",
        Media.FILE: "files",
    },
    unknown_fields={
        UnknownFields.REFUSE: "we refuse messages with parts that we do not know",
        UnknownFields.TREAT: "we change parts that we do not know like the rest, and pass them on",
    },
    unknown_ages={
        UnknownAge.ADULT: "If we do not know your age, we treat you as older",
        UnknownAge.MINOR: "The same holds if we do not know your age",
    },
    asked={
        Consent.OPT_IN: ". We do this only if you agree",
        Consent.OPT_OUT: ". You can say no to this",
    },
    topics={
        Topic.TREAT: "What happens to what you write",
        Topic.SHARE: "Who receives it",
        Topic.KEEP: "What is kept, and for how long",
        Topic.ACCEPT: "Pictures, sound, files and other things",
        Topic.CHOOSE: "What you decide",
        Topic.MINORS: "If you are young",
        Topic.NEVER: "What never happens",
    },
    units=(("day", "days"), ("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
    conjunctions=("and", "or"),
    no_time="less than a second",
)
