"""Tells addresses, of houses and of machines, from the years, brands and versions that are written like them."""

from __future__ import annotations

import ipaddress
import re

# A place on the net, on a disk or in a saying, and no street.
NO_STREET = re.compile(
    r"(?i)\d+[a-z]?,? (?:the )?(?:google|hard|flash|usb|pen|thumb|disk|disc|test|tape|c|d|shared|team|one|whale|food"
    r"|blood|backup|network|wall|silk|milky|sesame|(?-i:main|high)|first|second|third|last|1st|2nd|3rd|times|red|half"
    r"|long|easy"
    r"|central|jurassic|south|theme|national|car|trailer|cloud|code|death|front|back|own)"
    r" (?:drive|street|road|way|place|square|row|park|view|loop|trail|walk|green|hill|court|rise)\b(?!,? (?-i:[A-Z\d]))"
)
# "2 Fast Lane changes": the word for a street is part of another thing; unless somebody lives there.
GOES_ON = re.compile(
    r" (?!(?:and|or|in|at|on|by|near|with|from|to|for|is|was|are|has|had|where|which|when|but|so|please|if|then|until"
    r"|till|since|after|before|because|as|opposite|behind|beside|between|tonight|today|tomorrow|instead|again|not|nr|off|over"
    r"|shall|can|may|must|should|though|just|not|that|will|would|right|next|upstairs|downstairs|apt|flat|unit|suite|floor|again|every|btw|lol"
    r"|thanks|ok|bei|und|in|y|et|e|een|ist|es|est|au|aux|chez|avec|pour|dans|près|où|mais|puis|hier|demain|sur|à|de|du"
    r"|le|les|con|por|para|que|pero|donde|cerca|mit|wo|hat|um|neben|dove|per|che|vicino)\b)[a-z]{2,}"
)
LIVES = re.compile(
    r"(?i)\b(?:live[sd]?|living|address|home|house|flat|moved|move|mail|post|send|ship|deliver|meet|visit|stay(?:s|ed|ing)?"
    r"|at|to|is|i'm|from|near|outside|of|on|by|in)\b[^\n.]{0,24}$"
)
# What stands before a number that counts something, and before a year.
COUNTED = re.compile(
    r"(?i)\b(?:chapter|part|episode|season|volume|vol\.?|book|act|scene|track|level|page|p\.|day|week|step|version"
    r"|top|round|figure|table|issue|number of|room|section|windows|iphone|android|apollo|python|catch|pixel"
    r"|galaxy|ios|formula|area|over|about|nearly|all|these|those|only|than)\s*#?$"
)
YEAR = re.compile(r"(?:1[5-9]|20)\d\d ")
BEFORE_YEAR = re.compile(
    r"(?i)\b(?:in|since|by|of|from|until|till|the|early|late|during|after|before|circa|and|summer|spring|autumn|fall"
    r"|winter|year|january|february|march|april|may|june|july|august|september|october|november|december)\s*,?$"
)
# Things that come by way of something: via Zoom, via API.
NO_VIA = re.compile(
    r"(?i)via (?:zoom|slack|teams|e-?mail|sms|api|https?|ssh|whats|google|signal|telegram|discord|skype|pip|npm|usb"
    r"|wi-?fi|bluetooth|python|docker|git|web|rest|post|get|the|my|our|a|paypal|phone|chat|text|voice|claude"
    r"|(?:chat)?gpt|openai|anthropic|gemini|llama|mistral|video|apple|app"
    r"|utf|tcp|udp|ip|ssl|tls|ftp|sftp|smtp|imap|mqtt|dns|vpn|nfs|rpc|grpc|json|yaml|xml|css|html|dhcp|hdmi|airplay|aur"
    r"|icmp|ipv|pci|sata|oauth|saml|ldap|websockets?)\b"
    # A key, a chip: "via Ctrl-Alt-F2".
    r"|(?-i:[Vv][Ii][Aa] (?:[\w-]{1,20}-)?[A-Z]{1,4}\d)"
)
SEATS = re.compile(
    r"(?i)^(?:.*\s)?(?:park|arbeits|sitz|steh|stell|liege|lade|speicher|ausbildungs|studien|kita|fenster|start|listen"
    r"|tabellen|stamm|rang|spiel)platz\b|^(?:.*\s)?(?:um|heim|hin|rück|aus|liefer|rechts|dienst|lösungs|denk)weg\b"
)
UNITS_AFTER = re.compile(
    r"(?i) ?(?:people|persons|guests|days?|times?|hours?|hrs|minutes?|mins?|weeks?|months?|years?|seconds?|km|m"
    r"|miles?|meters?|metres?|euros?"
    r"|prozent|percent|mal|tage?n?|stunden|minuten|jahren?|wochen|veces|días|horas|volte|giorni|ore|fois|jours"
    r"|%|€|\$)\b"
)
NEW_SENTENCE = re.compile(r"\s{1,2}[A-Z]")
# A street's name follows a number: a capital, an ordinal, or a French word for a street. Quick, and often wrong.
AHEAD = (
    r"(?:(?:st|nd|rd|th) [A-Z]|(?:[-/]?[a-zA-Z])?(?:[-–/]\d{1,4}[a-zA-Z]?)?,? (?:(?:bis|ter|quater"
    r"|de la|du|[a-z]),? )?(?:[A-ZÀ-Þ][\w. ]|\d{1,3}(?:st|nd|rd|th) [A-Z]"
    r"|(?:[Rr]ue|[Aa]v|[Bb]oulevard|[Bb][dl]|[Pp]l|[Aa]ll[ée]e|[Cc]hemin|[Ii]mpasse|[Qq]uai|[Cc]ours|[Rr]oute|[Ss]quare"
    r"|[Pp]assage|[Vv]illa|[Ff]aubourg|[Ss]entier|[Ee]splanade|[Pp]romenade|[Ll]otissement|[Rr]ésidence|[Cc]ité|[Cc]los"
    r"|[Dd]omaine|[Hh]ameau)[a-zé]{0,6}\b|ch\. ))"
)
# Behind a number's first digit: the word before it may end a street's name, for it has a capital, or says so.
LONGEST = 24
BEHIND = "".join(
    [
        r"(?<=[\w.,º°] \d)(?:(?<=tra[sß][es.,] \d)|(?<=[tg]asse \d)|(?<=trasse \d)|(?<=allee \d)|(?<=trasse, \d)"
        r"|(?<=\bn[.º°] \d)|(?<=\bnr \d)"
        r"|(?<=[.,] \d)",
        *(rf"|(?<=[A-ZÀ-ÞΆ-ΫА-ЯČŁŘŚŠŻŽ][\w'’.-]{{{n}}}[\w.,ß] \d)" for n in range(LONGEST)),
        ")",
    ]
)


def number_first(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The address, unless it is a year and an event, a brand, or the number of a chapter."""
    value, before = text[start:end], text[max(0, start - 24) : start]
    if NO_STREET.match(text, start) or COUNTED.search(before):
        return None
    if text[end : end + 1] == " " and GOES_ON.match(text, end) and not LIVES.search(text[max(0, start - 40) : start]):
        return None
    if YEAR.match(value) and BEFORE_YEAR.search(before):
        return None
    # A dot may shorten a word, "Quay St."; before a capital it ends the sentence.
    return start, end - 1 if value.endswith(".") and NEW_SENTENCE.match(text, end) else end


def street_first(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The address, unless it is a way of sending, a seat, or a street and how often or how far."""
    value = text[start:end]
    if NO_VIA.match(value) or SEATS.match(value) or UNITS_AFTER.match(text, end):
        return None
    # English says "via", too.
    return None if value.startswith("via ") and re.match(r" [a-z]{3,}", text[end : end + 12]) else (start, end)


# What stands before a version: `v`, `==`, a browser's name, the word for one.
VERSIONED = re.compile(
    r"(?i)(?:(?:\b(?:v|ver|versions|release[ds]?|rel|build|firmware|sections?|chapter|clause|figure|fig|table|step|oid"
    r"|paragraph|upgraded? to|updated? to|bumped? to|chrom(?:e|ium)|edge?|edga|opr|opera|brave|vivaldi|electron|webkit"
    r"|safari|firefox|headlesschrome|yabrowser|samsungbrowser)|version)\b[.\"']{0,2}[ :/=(-]{0,3}[\"'v]?|§ ?"
    r"|[=<>~^!]=\s?|[~^] ?)$"
)
NETMASK = re.compile(r"255\.(?:0\.0\.0|255\.(?:0\.0|255\.(?:0|128|192|224|240|248|252|254|255)))")
# How the short addresses begin that are in use. Anything else so short is a slice, or a path in some language.
PREFIX = re.compile(r"(?i)(?:[23][0-9a-f]{3}|f[c-f][0-9a-f]{2}|64):|::ffff:\d+\.")


def ipv4(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The address, unless it is of this very machine, a mask, or a version."""
    value = text[start:end]
    if VERSIONED.search(text[max(0, start - 24) : start]) or NETMASK.fullmatch(value):
        return None
    return (start, end) if _is_elsewhere(value) else None


def _is_elsewhere(value: str) -> bool:
    """Whether this is an address, and not of this very machine."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def ipv6(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The address, unless it is of this very machine, a slice, a fingerprint, or a path in some language."""
    if text[end - 1] == ":" and text[end - 2] != ":":
        end -= 1
    value = text[start:end]
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}", value):  # a fingerprint
        return None
    few = sum(map(bool, value.split(":"))) < 3
    if few and not PREFIX.match(value) and not re.match(r"\]:\d|/\d", text[end : end + 3]):
        return None
    return (start, end) if any(map(str.isdigit, value)) and _is_elsewhere(value) else None
