"""Invented contacts of many countries, for `contacts.py`.

Words of asking, months, streets and numbers are lists of their own here, not those of the rules. But the rules were
mended by what these cases showed: what is found of them says that nothing got worse, and no more.
"""

# ruff: noqa: E501, SIM905 - lists of words

from __future__ import annotations

import random
import string
from collections.abc import Callable

import phonenumbers
from stdnum import luhn

Case = tuple[str, str]

# How people of a country ask to be called; the number is made from an example of its own plan.
ASKED = {
    "US": "call me at {}|my cell: {}", "CA": "text me at {}|Phone {}", "GB": "my mobile is {}|tel: {}", "IE": "ring me on {}|mobile {}",
    "AU": "my mobile's {}|Ph: {}", "NZ": "call {}|cell {}", "ZA": "cell {}|call me on {}", "NG": "call me on {}|whatsapp {}",
    "KE": "my number is {}|simu {}", "GH": "call {} please|WhatsApp: {}", "IN": "mobile no. {}|मेरा मोबाइल नंबर {} है", "PK": "call {}|موبائل نمبر {}",
    "BD": "মোবাইল: {}|call {}", "PH": "text me {}|cp no: {}", "SG": "HP: {}|call {}", "MY": "telefon: {}|no telefon saya {}",
    "ID": "nomor telepon saya {}|Telp. {}", "VN": "số điện thoại của tôi là {}|SĐT: {}", "TH": "เบอร์โทร {}|โทร. {}", "CN": "我的手机号是 {}|电话：{}",
    "TW": "我的電話是 {}|手機 {}", "HK": "電話: {}|手機號碼 {}", "JP": "電話番号は {} です|携帯：{}", "KR": "제 전화번호는 {}입니다|연락처: {}",
    "DE": "meine Handynummer ist {}|Tel.: {}", "AT": "Telefon {}|meine Nummer: {}", "CH": "Natel {}|Tel. {}", "FR": "mon téléphone : {}|tél. {}",
    "BE": "gsm: {}|mijn gsm-nummer is {}", "NL": "mijn telefoonnummer is {}|bel me op {}", "ES": "mi teléfono es {}|Móvil: {}", "PT": "o meu telemóvel é {}|Tlm: {}",
    "IT": "il mio cellulare è {}|Tel {}", "PL": "mój telefon: {}|tel. {}", "CZ": "můj telefon je {}|tel: {}", "SK": "môj telefón je {}|mobil {}",
    "HU": "a telefonszámom {}|Tel.: {}", "RO": "telefonul meu este {}|mobil: {}", "BG": "телефонът ми е {}|тел. {}", "GR": "το τηλέφωνό μου είναι {}|τηλ. {}",
    "HR": "moj mobitel je {}|tel. {}", "RS": "мој телефон је {}|mob. {}", "SI": "moj telefon: {}|tel. {}", "SE": "mitt mobilnummer är {}|Tel: {}",
    "NO": "mobilen min er {}|tlf. {}", "DK": "mit telefonnummer er {}|tlf {}", "FI": "puhelinnumeroni on {}|puh. {}", "EE": "minu telefon on {}|tel {}",
    "LT": "mano telefonas {}|tel. {}", "LV": "mans telefons ir {}|tālr. {}", "TR": "telefon numaram {}|cep: {}", "RU": "мой телефон {}|тел. {}",
    "UA": "мій телефон {}|моб. {}", "IL": "הטלפון שלי {}|נייד: {}", "EG": "رقم هاتفي {}|موبايل {}", "SA": "جوالي {}|هاتف: {}",
    "AE": "رقم الهاتف {}|mobile {}", "MA": "téléphone {}|هاتف {}", "IR": "شماره تلفن من {}|تلفن: {}", "MX": "mi celular es {}|Tel. {}",
    "AR": "mi celu: celular {}|teléfono {}", "CL": "mi teléfono es {}|fono: celular {}", "CO": "mi celular {}|cel. {}", "PE": "mi celular es {}|teléfono {}", "BR": "meu telefone é {}|celular: {}",
}  # fmt: skip


def phone(rng: random.Random) -> Case:
    """A number of some country as its own plan formats it, behind a cue of that country."""
    region = rng.choice(sorted(ASKED))
    kind = rng.choice(
        [
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE,
        ]
    )
    number = phonenumbers.example_number_for_type(region, kind)
    for _ in range(30):  # other last digits
        text = str(number.national_number)
        other = phonenumbers.parse(f"+{number.country_code}{text[:-5]}{rng.randrange(10**5):05}", None)
        if phonenumbers.is_valid_number(other):
            number = other
            break
    style = rng.choice(
        [
            phonenumbers.PhoneNumberFormat.NATIONAL,
            phonenumbers.PhoneNumberFormat.NATIONAL,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
            phonenumbers.PhoneNumberFormat.E164,
        ]
    )
    value = phonenumbers.format_number(number, style)
    if rng.random() < 0.2:
        value = value.replace("-", " ")
    if rng.random() < 0.15 and style == phonenumbers.PhoneNumberFormat.NATIONAL:
        value = "".join(filter(str.isdigit, value))
    return rng.choice(ASKED[region].split("|")), value


# Beginnings and lengths of the schemes.
CARDS = "4:16 4:13 51:16 55:16 2720:16 34:15 37:15 6011:16 65:16 36:14 3056:14 38:14 3528:16 3589:16 62:16 62:19 6759:16 6761:12 5018:13 5893:19 6304:18 2200:16 2204:16 6521:16 60:16 5061:19 6500:18 9792:16".split()
CARD_ASKED = "card {}|my card number is {}|Kreditkarte: {}|carte {}|tarjeta {}|карта {}|卡号 {}|カード番号 {}|karta {}|cartão {}|debit card: {}|maestro {}|pay with {} please".split(
    "|"
)


def card(rng: random.Random) -> Case:
    """A number of one of the schemes, with its check digit."""
    start, size = rng.choice(CARDS).split(":")
    body = start + "".join(rng.choices(string.digits, k=int(size) - len(start) - 1))
    number = body + luhn.calc_check_digit(body)
    joint = rng.choice(["", " ", "-"])
    groups = (
        [number[:4], number[4:10], number[10:]]
        if size in ("14", "15")
        else [number[i : i + 4] for i in range(0, int(size), 4)]
    )
    asked = CARD_ASKED[:-1] if start in ("9792", "60", "6759", "6761", "5018", "5893", "6304", "5061") else CARD_ASKED
    return rng.choice(asked), joint.join(groups)


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "hi": "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
}
BORN = {
    "en": "she was born on {}|DOB: {}|my date of birth is {}", "de": "ich bin am {} geboren|geboren am {}|Geburtsdatum {}", "fr": "je suis né le {}|date de naissance : {}",
    "es": "nací el {}|fecha de nacimiento: {}", "pt": "nasci em {}|data de nascimento: {}", "it": "sono nata il {}|data di nascita {}", "nl": "ik ben geboren op {}|geboortedatum: {}",
    "pl": "urodziłem się {}|data urodzenia: {}", "cs": "narodil jsem se {}|datum narození: {}", "ru": "я родилась {}|дата рождения: {}", "uk": "я народився {}|дата народження {}",
    "tr": "{} doğumluyum|doğum tarihim {}", "fi": "olen syntynyt {}|syntymäaika {}", "sv": "jag är född {}|födelsedatum: {}", "da": "jeg er født den {}|fødselsdato {}",
    "hu": "{} születtem|születési dátum: {}", "ro": "m-am născut pe {}|data nașterii: {}", "el": "γεννήθηκα στις {}|ημερομηνία γέννησης: {}", "id": "saya lahir pada {}|tanggal lahir {}",
    "ar": "ولدت في {}|تاريخ الميلاد {}", "he": "נולדתי ב-{}|תאריך לידה: {}", "hi": "मेरा जन्म {} को हुआ|जन्म तिथि: {}", "th": "ฉันเกิดวันที่ {}|วันเกิด {}",
}  # fmt: skip


def birth(rng: random.Random) -> Case:
    """A date of birth in the order and with the months of some language."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1935, 2009)
    eastern = {
        "zh": ("我出生于{}|生日：{}", "{y}年{m}月{d}日"),
        "ja": ("{}生まれです|生年月日 {}", "{y}年{m}月{d}日"),
        "ko": ("{}에 태어났어요|생년월일 {}", "{y}년 {m}월 {d}일"),
        "vi": ("tôi sinh ngày {}|ngày sinh: {}", "{d}/{m}/{y}"),
    }
    lang = rng.choice([*MONTHS, *eastern])
    if lang in eastern:
        asked, form = eastern[lang]
        return rng.choice(asked.split("|")), rng.choice([form, form, "{y}-{m:02}-{d:02}", "{y}/{m:02}/{d:02}"]).format(
            y=year, m=month, d=day
        )
    name = MONTHS[lang].split()[month - 1]
    numeric = rng.choice(
        ["{d:02}.{m:02}.{y}", "{d}/{m}/{y}", "{y}-{m:02}-{d:02}", "{d:02}-{m:02}-{y}", "{d:02}.{m:02}.{s:02}"]
    )
    named = {
        "en": ["{d} {n} {y}", "{n} {d}, {y}", "{d}th {n} {y}", "{n} {d}th {y}"],
        "de": ["{d}. {n} {y}"],
        "es": ["{d} de {n} de {y}"],
        "pt": ["{d} de {n} de {y}"],
        "hu": ["{y}. {n} {d}."],
        "da": ["{d}. {n} {y}"],
        "fi": ["{d}. {n} {y}"],
        "cs": ["{d}. {n} {y}"],
    }
    form = rng.choice([numeric, *named.get(lang, ["{d} {n} {y}"])])
    value = form.format(d=day, m=month, y=year + 543 if lang == "th" else year, s=year % 100, n=name)
    return rng.choice(BORN[lang].split("|")), value.rstrip(".")


# Numbers: `#` any digit, `@` a capital, the rest as it stands.
IDS = """my passport number is @########|Reisepass C01X00T##|n° de passeport ##@@#####|паспорт #### ######|СНИЛС ###-###-### ##|мой ИНН ############|CURP @@@@######HDF@@@##
RFC @@@@######@#@|RUT ##.###.###-#|CUIT ##-########-#|CPF ###.###.###-##|mi DNI es ########@|NIE X#######@|NIF #########|codice fiscale @@@@@@##A##A###@|meine Steuer-ID ist ## ### ### ###
Sozialversicherungsnummer ## ###### @ ###|AHV-Nr. 756.####.####.##|SVNR #### ######|mijn BSN is #########|rijksregisternummer ##.##.##-###.##|PESEL ###########|rodné číslo ######/####|CNP #############
ЕГН ##########|ЈМБГ #############|JMBG: #############|moj OIB je ###########|EMŠO #############|personnummer ######-####|fødselsnummer ###### #####|CPR-nummer ######-####
henkilötunnus ######-###@|kennitala ######-####|isikukood ###########|asmens kodas ###########|personas kods ######-#####|TC kimlik no ###########|ΑΜΚΑ ###########|ΑΦΜ #########
תעודת זהות #########|الرقم القومي ##############|کد ملی ##########|Aadhaar #### #### ####|आधार नंबर #### #### ####|PAN @@@@@####@|CNIC #####-#######-#|NIK ################
CCCD ############|เลขบัตรประชาชน #-####-#####-##-#|身份证号 ##################|身分證字號 @#########|マイナンバー #### #### ####|주민등록번호 ######-#######|my SSN is ###-##-####|SIN ### ### ###
NHS number ### ### ####|National Insurance number QQ ## ## ## C|PPS number #######@|TFN ### ### ###|IRD number ##-###-###|Medicare number #### ##### #|South African ID #############|BVN ###########
MRN: ########|member ID @@@#########|policy number @@-#######|driver's license @#######|student ID: ########|account number ##########|routing number #########
BSB ###-###|IFSC HDFC0######|CLABE ##################|Kontonummer ##########|numer konta ## #### #### #### #### #### ####|口座番号 #######|IMEI ###############|VIN 1HGCM8####A######
frequent flyer number @@#########|health card number ####-###-###-@@|Versicherungsnummer @#########|numéro de sécu # ## ## ## ### ### ##|número de póliza ########|ICCID ###################|паспорт серия #### номер ######""".replace(
    "\n", "|"
).split("|")


def identity(rng: random.Random) -> Case:
    """A number of a person behind its word."""
    template = rng.choice(IDS)
    first = min(place for place, char in enumerate(template) if char in "#@" or (char.isdigit() and place > 3))
    first = template.rindex(" ", 0, first) + 1
    value = "".join(
        rng.choice(string.digits) if c == "#" else rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") if c == "@" else c
        for c in template[first:]
    )
    return template[:first] + "{}", value


STREETS = {
    "ru": ("ул. %, д. {n}|улица %, {n}|пр. % {n}|%ский проспект, д. {n}", "Садовая Пушкина Гагарина Мира Чехова Новая"), "uk": ("вул. %, {n}|вулиця %, буд. {n}|просп. % {n}", "Франка Шевченка Зелена Лісова"),
    "bg": ("ул. % {n}|бул. % № {n}", "Витоша Раковски Левски"), "sr": ("улица % {n}|ul. % {n}", "Немањина Косовска Сарајевска"), "pl": ("ul. % {n}|al. % {n}|os. % {n}, 31-999 Kraków", "Długa Kwiatowa Polna Słowackiego"),
    "cs": ("ulice % {n}|% ulice {n}|náměstí % {n}", "Dlouhá Lidická Masarykova"), "hu": ("% utca {n}|% út {n}.|% tér {n}", "Petőfi Rákóczi Kossuth Ady"), "ro": ("Strada % {n}|Str. % nr. {n}|Bd. % {n}|Calea % nr. {n}", "Eminescu Unirii Victoriei Republicii"),
    "tr": ("% Caddesi No: {n}|% Sokak {n}|% Mah. No:{n}|% Cad. No {n}", "İnönü Cumhuriyet Menekşe Barış"), "el": ("Οδός % {n}|οδός % {n}|Λεωφόρος % {n}", "Σταδίου Πατησίων Κηφισίας"), "fi": ("%katu {n}|%kuja {n}", "Mannerheimin Koulu Kirkko Runeberginp"),
    "sv": ("%gatan {n}|%vägen {n}", "Kung Drottning Björk Sveav"), "no": ("%gata {n}|%veien {n}", "Kirke Skole Stor Bjerke"), "da": ("%vej {n}|%sgade {n}", "Skov Strand Nørre Vester"), "et": ("% tn {n}|% mnt {n}", "Pikk Narva Tartu"),
    "lv": ("% iela {n}", "Brīvības Elizabetes"), "lt": ("% g. {n}|% gatvė {n}", "Vilniaus Gedimino"), "hr": ("Ulica % {n}|% ulica {n}|Trg % {n}", "Vukovarska Ilica Gundulićeva"), "de": ("%straße {n}|%weg {n}|%gasse {n}", "Linden Goethe Kirch Berg"),
    "nl": ("%straat {n}|%laan {n}|%plein {n}", "Dorps Beatrix Molen"), "fr": ("{n} rue %|{n}, avenue %|{n} bis boulevard %", "Pasteur Molière Gambetta"), "es": ("Calle % {n}|Avenida % {n}|C/ % {n}", "Goya Cervantes Velázquez"),
    "mx": ("Av. % {n}|Calle % No. {n}", "Juárez Hidalgo Reforma"), "co": ("Carrera {n} # 45-12|Calle {n} # 7-80", "x"), "pt": ("Rua % {n}|Av. % {n}|Travessa % {n}", "Augusta Camões Bragança"), "it": ("Via % {n}|Corso % {n}|Viale % {n}", "Mazzini Cavour Dante"),
    "id": ("Jl. % No. {n}|Jalan % {n}", "Merdeka Diponegoro Kartini"), "vi": ("{n} đường %|số {n} đường %", "Lê_Lợi Nguyễn_Huệ"), "th": ("{n} ถนน%|ถนน% {n}", "พระราม สีลม"), "ar": ("شارع % {n}|{n} شارع %", "النيل الجمهورية فيصل"),
    "he": ("רחוב % {n}|שדרות % {n}", "הרצל ביאליק ויצמן"), "hi": ("{n}, % मार्ग|% रोड, {n}", "गांधी नेहरू"), "zh": ("上海市浦东新区%路{n}号|广州市天河区%大道{n}号", "世纪 体育 人民"), "ja": ("東京都新宿区%{n}-2-8|大阪府大阪市北区%1丁目{n}", "西新宿 梅田"),
    "ko": ("서울특별시 마포구 %로 {n}|부산광역시 해운대구 %길 {n}", "월드컵 센텀"), "us": ("{n} % Street|{n} N % Ave, Apt 3|PO Box {n}", "Maple Washington Lincoln"), "gb": ("{n} % Road, Leeds LS6 2AB|Flat 2, {n} % Gardens", "Victoria Cavendish"), "au": ("Unit 3/{n} % St, Carlton VIC 3053|{n} % Parade", "Lygon Royal"),
}  # fmt: skip
LIVES = {
    "ru": "живу на {}|адрес: {}",
    "uk": "адреса: {}",
    "zh": "我住在{}",
    "ja": "住所は{}",
    "ko": "주소는 {}",
    "ar": "أسكن في {}",
    "he": "אני גר ב{}|כתובת: {}",
    "de": "ich wohne {}|{}",
    "fr": "j'habite {}",
    "tr": "adresim {}",
    "th": "ที่อยู่ {}",
}


def address(rng: random.Random) -> Case:
    """A street and a number as a country writes them."""
    lang = rng.choice(sorted(STREETS))
    forms, names = STREETS[lang]
    value = (
        rng.choice(forms.split("|"))
        .replace("%", rng.choice(names.split()).replace("_", " "))
        .format(n=rng.randint(1, 199))
    )
    return rng.choice(LIVES.get(lang, "my address is {}|{}").split("|")), value


def handle(rng: random.Random) -> Case:
    """A name on some site, in a link or behind the site's name."""
    made = rng.choice(["tove_krogh", "ivonne.paints", "runolf77", "KaspianDraws", "mo-larsen9", "zofia_k"])
    name = made + rng.choice(["", "", str(rng.randrange(100))])
    form = rng.choice(
        "https://github.com/{}/notes|https://gitlab.com/{}|https://x.com/{}|twitter.com/{}/status/1|https://www.instagram.com/{}/|https://www.linkedin.com/in/{}/|https://t.me/{}|https://www.tiktok.com/@{}|https://youtube.com/@{}|https://www.reddit.com/user/{}|https://keybase.io/{}|my insta is {}|Instagram: @{}|IG: {}|telegram @{}|discord: {}|snapchat: {}|my psn is {}|Steam: {}|https://soundcloud.com/{}|https://www.twitch.tv/{}|https://ko-fi.com/{}|https://www.patreon.com/{}|https://vk.com/{}|https://letterboxd.com/{}/|https://www.last.fm/user/{}|https://open.spotify.com/user/{}|https://venmo.com/{}|https://paypal.me/{}|skype: {}|微信 {}|инстаграм: {}|@{}@mastodon.example on mastodon|bsky: @{}.bsky.social".split(
            "|"
        )
    )
    return form, name.replace("_", "-").replace(".", "-") if "github" in form or "bsky" in form else name


def place(rng: random.Random) -> Case:
    """A point on the map, in one of the notations."""
    lat, lon = rng.uniform(36, 64), rng.uniform(1, 30)
    d, m, s = int(lat), int(lat % 1 * 60), rng.randrange(60)
    e, n = int(lon), int(lon % 1 * 60)
    return rng.choice([
        ("we're at {} now", f"{d}°{m:02}'{s:02}\"N {e}°{n:02}'{s:02}\"E"), ("{}", f"N {d}° {m:02}.{rng.randrange(1000):03} E {e:03}° {n:02}.{rng.randrange(1000):03}"), ("GPS {}", f"{lat:.4f}, {lon:.4f}"),
        ("POINT({})", f"{lon:.5f} {lat:.5f}"), ('{{"type":"Point","coordinates":[{}]}}', f"{lon:.4f}, {lat:.4f}"), ("meet at {}", f"33U {rng.randrange(300000, 700000)} {rng.randrange(5200000, 5990000)}"),
        ("MGRS {}", f"32T{rng.choice('LMNP')}{rng.choice('STU')}{rng.randrange(10**5):05}{rng.randrange(10**5):05}"), ("plus code {}", f"8F{rng.choice('VWX')}C{rng.choice('23456789')}{rng.choice('GHJM')}{rng.choice('CFP')}9+{rng.choice('23456789')}V"),
        ("{}", f"{lat:.5f} N, {lon:.5f} E".replace(".", ",").replace("N,", "N;")), ("lat {} long 7.66", f"{lat:.2f}"), ("geo:{}", f"{lat:.4f},{lon:.4f}"), ("https://www.google.com/maps/@{},15z", f"{lat:.6f},{lon:.6f}"),
        ("https://maps.app.goo.gl/{}", "".join(rng.choices(string.ascii_letters + string.digits, k=17))), ("///{}", rng.choice(["lamps", "daring", "slices"]) + "." + rng.choice(["copper", "gather"]) + "." + rng.choice(["meadow", "ridge"])),
        ("https://www.openstreetmap.org/#map=16/{}", f"{lat:.4f}/{lon:.4f}"), ("?lat={}&z=3", f"{lat:.4f}"), ("координаты: {}", f"{lat:.5f}, {lon:.5f}"),
    ])  # fmt: skip


def mail(rng: random.Random) -> Case:
    """A mail address as people hide it."""
    user, host, top = (
        rng.choice(["ivonne.k", "tove", "runolf_h", "zofia-9"]),
        rng.choice(["post", "garden-mail", "uni.example"]),
        rng.choice(["com", "example", "org", "net"]),
    )
    form = rng.choice(
        [
            "{u} [at] {h} [dot] {t}",
            "{u}(at){h}.{t}",
            "{u} at {h} dot {t}",
            "{u}[at]{h}[dot]{t}",
            "{u} (at) {h} (dot) {t}",
            "{u}@{h}(.){t}",
            "{u} AT {h} DOT {t}",
            "{u} arroba {h} punto {t}",
            "{u}@{h}[.]{t}",
            "{u} ät {h} punkt {t}",
            "{u}@192.168.7.23",
            "{u} @ {h} . {t}",
            "{u}{{at}}{h}.{t}",
        ]
    )
    return rng.choice(["write to {}", "mail: {}", "{}"]), form.format(u=user, h=host, t=top)


PLATES = [
    entry.rsplit("=", 1)
    for entry in "my number plate is {}=@@## @@@|license plate {}=#@@@###|Kennzeichen {}=B-@@ ####|matrícula {}=#### BCD|plaque d'immatriculation {}=@@-###-@@|targa {}=@@ ###@@|kenteken {}=@@-##-@@|tablica rejestracyjna {}=WA #####|registreringsnummer {}=ABC ##@|rekisterinumero {}=ABC-###|rendszám: {}=@@@-###|госномер {}=А###ВС77|номер машины {}=К###ОР199|plaka {}=34 @@@ ###|rego {}=@@@-##@|placa {}=@@@-####|车牌号 {}=沪A#####|번호판 {}=12가 ####|מספר רכב {}=##-###-##|SPZ {}=#A# ####|reg.nr {}=@@ #####|număr de înmatriculare {}=B ## @@@|plat nomor {}=B #### @@".split(
        "|"
    )
]


def _plate(rng: random.Random) -> Case:
    asked, form = rng.choice(PLATES)
    return asked, "".join(
        rng.choice(string.digits) if c == "#" else rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") if c == "@" else c
        for c in form
    )


def column(rng: random.Random) -> Case:
    """A cell below a heading, in the second row or later."""
    kind, make = rng.choice(
        [
            ("phone", phone),
            ("Mobile", phone),
            ("date_of_birth", birth),
            ("DOB", birth),
            ("Telefon", phone),
            ("ssn", lambda r: ("", f"{r.randrange(100, 899)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}")),
        ]
    )
    value, other = (make(rng)[1].replace(",", "") for _ in range(2))
    return rng.choice(
        [
            f"name,{kind},n\nivo,{other},3\ntove,{{}},4",
            f"| name | {kind} |\n|---|---|\n| ivo | {other} |\n| tove | {{}} |",
            f"id\t{kind}\n1\t{other}\n2\t{{}}",
        ]
    ), value


WORLD: dict[str, Callable[[random.Random], Case]] = {
    "phone world": phone, "card world": card, "birthdate world": birth, "id world": identity, "address world": address,
    "handle": handle, "coordinates world": place, "email hidden": mail, "plate": _plate, "column": column,
}  # fmt: skip

# Numbers, names and words that reach nobody, with the words of contacts near.
LOOKALIKES: list[Callable[[random.Random], str]] = [
    lambda r: f"ticket {r.randrange(10**9, 10**10)} is open", lambda r: f"offset {r.randrange(10**9, 10**10)} in the dump", lambda r: f"order #{r.randrange(10**7, 10**8)} has shipped",
    lambda r: f'"fileVersion":"{r.randrange(1, 20)}.{r.randrange(30)}.{r.randrange(99)}.{r.randrange(9)}"', lambda r: f"we had {r.randrange(2, 9)} phone calls and {r.randrange(10, 99)} texts in {r.randrange(2001, 2026)}",
    lambda r: f"my birthday party had {r.randrange(10, 60)} guests", lambda r: f"the band was born in {r.randrange(1950, 2020)} and played {r.randrange(20, 900)} shows", lambda r: f"released on {r.randrange(1, 28)} March {r.randrange(1990, 2025)}",
    lambda r: f"the passport office opens at {r.randrange(7, 11)}:30 on day {r.randrange(1, 30)}", lambda r: f"my account has {r.randrange(1000, 9999999)} followers", lambda r: f"the card game has {r.randrange(40, 120)} cards, card {r.randrange(1, 99)} is rare",
    lambda r: f"github.com/python/cpython issue {r.randrange(10**5)}", lambda r: "my discord is down again and Twitter is slow", lambda r: f"the insurance costs {r.randrange(100, 9999)} euros per year", lambda r: f"policy number {r.randrange(1, 9)} of {r.randrange(2000, 2026)}",
    lambda r: f"{r.randrange(2, 9)} Slow Lane drivers and {r.randrange(2, 9)} Bus Lane fines", lambda r: f"in {r.randrange(1900, 2025)} Main Street shops closed", lambda r: f"chapter {r.randrange(2, 20)} The Winding Road", lambda r: f"lines {r.randrange(100)}-{r.randrange(100, 999)} of the file",
    lambda r: f"CVV is asked in {r.randrange(3, 99)} shops", lambda r: f"loss 0.{r.randrange(10**6):06}, 0.{r.randrange(10**6):06} at step {r.randrange(10**4)}", lambda r: f"commit {r.getrandbits(160):040x}", lambda r: f"id {r.getrandbits(64):016x} seen {r.randrange(1000)} times",
    lambda r: f"meet me at the dot on the map at {r.randrange(1, 12)}", lambda r: f"the serial number is on page {r.randrange(1, 99)}", lambda r: f"telefon {r.randrange(2, 9)} mal geklingelt", lambda r: f"улица длиной {r.randrange(100, 999)} метров", lambda r: f"у меня {r.randrange(2, 9)} телефона и {r.randrange(10, 99)} книг",
    lambda r: f"我有{r.randrange(2, 9)}个手机和{r.randrange(10, 99)}本书", lambda r: f"電話が{r.randrange(2, 9)}回鳴った、{r.randrange(10, 59)}分待った", lambda r: f"전화를 {r.randrange(2, 9)}번 했고 {r.randrange(10, 59)}분 기다렸다", lambda r: f"born to run, {r.randrange(2, 99)} miles, {r.randrange(2, 12)} times", lambda r: f"the plate weighs {r.randrange(100, 999)} g, plate {r.randrange(1, 9)} of {r.randrange(10, 20)}",
    lambda r: f"line {r.randrange(1, 999)}: session_{r.randrange(99)} = get_user(id={r.randrange(9999)})", lambda r: f"port {r.randrange(1024, 65535)}, pid {r.randrange(10**5)}, took {r.randrange(10**6)} ms", lambda r: f"call {r.randrange(10, 99)} people by {r.randrange(1, 12)} May", lambda r: f"steam at {r.randrange(90, 120)} degrees, switch {r.randrange(1, 9)} on",
    lambda r: f"at 2025-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}T10:20:{r.randrange(60):02}.{r.randrange(10**6):06}Z", lambda r: f"version {r.randrange(9)}.{r.randrange(30)}.{r.randrange(99)}+{r.randrange(2, 99)}", lambda r: f"via Zoom {r.randrange(2, 9)} times, al {r.randrange(2, 9)}", lambda r: f"a point (0.{r.randrange(10, 99)}, 1.{r.randrange(10, 99)}) in the plot",
]  # fmt: skip
