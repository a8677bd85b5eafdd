"""The countries of the made-up society and the worlds they are grouped in."""

from dataclasses import replace
from functools import cache

from tests.match_data.society.cultures import Culture, Plan

MAIL = (
    "gmail.com",
    "gmail.com",
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
)
MAIL += ("icloud.com", "protonmail.com")


def _of(country, locale, plan, cities, *, forms, **more):
    code, trunk, mobiles, lines = plan
    return Culture(
        country=country,
        locale=locale,
        speech=more.pop("speech", locale[:2]),
        plan=Plan(code, trunk, tuple(mobiles.split()), tuple(lines.split())),
        forms=tuple(forms.split("/")),
        providers=MAIL + tuple(more.pop("providers", "").split()),
        cities=tuple(cities.split("/")),
        domain=more.pop("domain", country.lower()),
        **more,
    )


WEST = {
    "US": lambda: _of(
        "US",
        "en_US",
        (
            "1",
            "",
            (
                "212!###### 310!###### 312!###### 617!###### 415!###### 503!######"
                " 602!###### 713!###### 305!###### 404!###### 206!###### 303!######"
            ),
            "212!###### 614!###### 704!###### 213!######",
        ),
        "New York/Los Angeles/Chicago/Houston/Phoenix/Philadelphia/San Antonio"
        "/San Diego/Dallas/Austin/Columbus/Charlotte/Seattle/Denver/Boston/Detroit"
        "/Nashville/Portland/Memphis/Baltimore/Milwaukee/Tucson/Fresno/Omaha/Oakland",
        forms="Inc./LLC/Corp./, Inc.",
        domain="com",
        providers="aol.com comcast.net",
    ),
    "GB": lambda: _of(
        "GB",
        "en_GB",
        (
            "44",
            "0",
            "77######## 78######## 79########",
            "20######## 161####### 113#######",
        ),
        "London/Birmingham/Leeds/Glasgow/Sheffield/Bradford/Manchester/Edinburgh"
        "/Liverpool/Bristol/Cardiff/Leicester/Coventry/Belfast/Nottingham/Hull",
        forms="Ltd/Limited/LLP/PLC",
        domain="co.uk",
        providers="btinternet.com sky.com",
    ),
    "DE": lambda: _of(
        "DE",
        "de_DE",
        (
            "49",
            "0",
            "151######## 160####### 176########",
            "30####### 40####### 89#######",
        ),
        "Berlin/Hamburg/München/Köln/Frankfurt am Main/Stuttgart/Düsseldorf/Leipzig"
        "/Dortmund/Essen/Bremen/Dresden/Hannover/Nürnberg/Duisburg/Bochum",
        forms="GmbH/AG/GmbH & Co. KG",
        providers="gmx.de web.de",
    ),
    "FR": lambda: _of(
        "FR",
        "fr_FR",
        ("33", "0", "6######## 7########", "1######## 4########"),
        "Paris/Marseille/Lyon/Toulouse/Nice/Nantes/Montpellier/Strasbourg/Bordeaux"
        "/Lille/Rennes/Reims/Toulon/Grenoble/Dijon/Angers",
        forms="SA/SARL/SAS",
        providers="orange.fr free.fr",
    ),
    "MX": lambda: _of(
        "MX",
        "es_MX",
        ("52", "", "55######## 33######## 81########", "55########"),
        "Ciudad de México/Guadalajara/Monterrey/Puebla/Toluca/Tijuana/León/Juárez"
        "/Torreón/Querétaro/Mérida/Cancún/Aguascalientes",
        forms="S.A. de C.V./S. de R.L.",
        domain="com.mx",
        two_families=True,
    ),
}
NORTH = {
    "SE": lambda: _of(
        "SE",
        "sv_SE",
        ("46", "0", "70####### 73####### 76#######", "8####### 31######"),
        "Stockholm/Göteborg/Malmö/Uppsala/Västerås/Örebro/Linköping/Helsingborg"
        "/Jönköping/Norrköping/Lund/Umeå/Gävle",
        forms="AB",
        speech="de",
        providers="telia.com",
    ),
    "FI": lambda: _of(
        "FI",
        "fi_FI",
        ("358", "0", "40####### 50#######", "9#######"),
        "Helsinki/Espoo/Tampere/Vantaa/Oulu/Turku/Jyväskylä/Lahti/Kuopio/Pori",
        forms="Oy/Oyj",
        speech="nl",
    ),
    "NL": lambda: _of(
        "NL",
        "nl_NL",
        ("31", "0", "6########", "20####### 10#######"),
        "Amsterdam/Rotterdam/Den Haag/Utrecht/Eindhoven/Groningen/Tilburg/Almere"
        "/Breda/Nijmegen/Apeldoorn/Haarlem/Arnhem",
        forms="B.V./N.V.",
        providers="ziggo.nl kpnmail.nl",
    ),
    "CZ": lambda: _of(
        "CZ",
        "cs_CZ",
        ("420", "", "60####### 72####### 77#######", "22#######"),
        "Praha/Brno/Ostrava/Plzeň/Liberec/Olomouc/Budweis/Hradec Králové/Pardubice",
        forms="s.r.o./a.s.",
        speech="pl",
        providers="seznam.cz",
    ),
    "HU": lambda: _of(
        "HU",
        "hu_HU",
        ("36", "06", "20####### 30####### 70#######", "1#######"),
        "Budapest/Debrecen/Szeged/Miskolc/Pécs/Győr/Nyíregyháza/Kecskemét",
        forms="Kft./Zrt.",
        family_first=True,
        providers="freemail.hu",
    ),
    "HR": lambda: _of(
        "HR",
        "hr_HR",
        ("385", "0", "91####### 98####### 99#######", "1#######"),
        "Zagreb/Split/Rijeka/Osijek/Zadar/Pula/Karlovac/Varaždin/Šibenik",
        forms="d.o.o./d.d.",
        speech="pl",
    ),
}
SOUTH = {
    "BR": lambda: _of(
        "BR",
        "pt_BR",
        ("55", "0", "119######## 219######## 319########", "11########"),
        "São Paulo/Rio de Janeiro/Brasília/Salvador/Fortaleza/Belo Horizonte/Manaus"
        "/Curitiba/Recife/Goiânia/Belém/Porto Alegre/Campinas/Natal",
        forms="Ltda./S.A.",
        speech="es",
        domain="com.br",
        providers="uol.com.br bol.com.br",
        two_families=True,
    ),
    "IT": lambda: _of(
        "IT",
        "it_IT",
        ("39", "", "32######## 33######## 34########", "06####### 02#######"),
        "Roma/Milano/Napoli/Torino/Palermo/Genova/Bologna/Firenze/Bari/Catania"
        "/Verona/Venezia/Messina/Padova/Trieste",
        forms="S.p.A./S.r.l.",
        providers="libero.it",
    ),
    "IN": lambda: _of(
        "IN",
        "en_IN",
        ("91", "0", "98######## 99######## 70########", "22########"),
        "Mumbai/Delhi/Bengaluru/Hyderabad/Ahmedabad/Chennai/Kolkata/Surat/Pune/Jaipur"
        "/Lucknow/Kanpur/Nagpur/Indore/Bhopal/Patna/Vadodara",
        forms="Pvt Ltd/Private Limited/Ltd",
        speech="xx",
        domain="co.in",
    ),
    "TR": lambda: _of(
        "TR",
        "tr_TR",
        ("90", "0", "53######## 54######## 50########", "212####### 312#######"),
        "İstanbul/Ankara/İzmir/Bursa/Adana/Gaziantep/Konya/Antalya/Kayseri/Mersin",
        forms="A.Ş./Ltd. Şti.",
        speech="xx",
        domain="com.tr",
    ),
    "KE": lambda: _of(
        "KE",
        "en_KE",
        ("254", "0", "70####### 71####### 72#######", "20#######"),
        "Nairobi/Mombasa/Kisumu/Nakuru/Eldoret/Thika/Malindi/Kitale",
        forms="Ltd/Limited",
        speech="xx",
        domain="co.ke",
    ),
    "ID": lambda: _of(
        "ID",
        "id_ID",
        ("62", "0", "812######## 813######## 857########", "21########"),
        "Jakarta/Surabaya/Bandung/Medan/Semarang/Makassar/Palembang/Denpasar/Malang",
        forms="Tbk/, PT",
        speech="xx",
        domain="co.id",
    ),
}
SCRIPTS = {
    "CN": lambda: _of(
        "CN",
        "zh_CN",
        ("86", "", "138######## 139######## 186########", "10########"),
        "上海/北京/广州/深圳/天津/重庆/成都/武汉/杭州/南京/西安/沈阳/青岛/大连",
        forms="有限公司/Co., Ltd.",
        speech="xx",
        domain="com.cn",
        providers="qq.com 163.com 126.com",
        family_first=True,
    ),
    "RU": lambda: _of(
        "RU",
        "ru_RU",
        ("7", "8", "903####### 916####### 925#######", "495####### 812#######"),
        "Москва/Санкт-Петербург/Новосибирск/Екатеринбург/Казань/Самара/Омск/Уфа"
        "/Красноярск/Воронеж/Пермь/Волгоград",
        forms="\u041e\u041e\u041e/\u041e\u0410\u041e",
        speech="xx",
        providers="mail.ru yandex.ru",
    ),
    "KR": lambda: _of(
        "KR",
        "ko_KR",
        ("82", "0", "10########", "2########"),
        "서울/부산/인천/대구/대전/광주/울산/수원",
        forms="주식회사",
        speech="xx",
        domain="co.kr",
        providers="naver.com",
        family_first=True,
    ),
    "SA": lambda: _of(
        "SA",
        "ar_AA",
        ("966", "0", "50####### 53####### 55#######", "11#######"),
        "الرياض/جدة/مكة المكرمة/المدينة المنورة/الدمام/الطائف/تبوك/أبها",
        forms="Co./LLC",
        speech="xx",
        domain="com.sa",
    ),
    "GR": lambda: _of(
        "GR",
        "el_GR",
        ("30", "", "694####### 697####### 698#######", "21########"),
        "Αθήνα/Θεσσαλονίκη/Πάτρα/Ηράκλειο/Λάρισα/Βόλος/Ιωάννινα/Χανιά",
        forms="\u0391.\u0395./\u0395.\u03a0.\u0395.",
        speech="xx",
    ),
}
# The labelled development set's own countries in its shares; see `alike`.
NEW_WORLD = {
    "CA": lambda: _of(
        "CA",
        "en_US",
        ("1", "", "416!###### 514!###### 604!###### 403!######", "418!######"),
        "Toronto/Montréal/Vancouver/Calgary/Québec/Ottawa/Edmonton",
        forms="Inc./Ltd./, Inc.",
    ),
    "QC": lambda: _of(
        "CA",
        "fr_QC",
        ("1", "", "514!###### 418!######", "418!######"),
        "Montréal/Québec/Laval/Toronto/Vancouver",
        forms="Inc./Ltée",
    ),
    "AU": lambda: _of(
        "AU",
        "en_GB",
        ("61", "0", "4########", "2######## 3######## 7########"),
        "Sydney/Melbourne/Brisbane/Perth/Adelaide",
        forms="Pty Ltd/Ltd",
        domain="com.au",
    ),
    "AR": lambda: _of(
        "AR",
        "es_AR",
        ("54", "0", "119########", "114#######"),
        "Buenos Aires/Córdoba/Rosario/Mendoza",
        forms="S.A./S.R.L.",
        domain="com.ar",
    ),
    "ES": lambda: _of(
        "ES",
        "es_ES",
        ("34", "", "6######## 7########", "91#######"),
        "Madrid/Barcelona/Valencia/Sevilla/A Coruña",
        forms="S.L./S.A.",
        two_families=True,
    ),
    "EG": lambda: _of(
        "EG",
        "ar_PS",
        ("20", "0", "100####### 122#######", "2########"),
        "القاهرة/الإسكندرية/Giza",
        forms="S.A.E.",
        speech="xx",
        domain="com.eg",
    ),
}
# Countries of the labelled development set, by how many of a hundred of its reports.
ALIKE_CROWDS = {"US": 33, "GB": 12, "CA": 9, "AU": 8, "DE": 7, "FR": 5, "MX": 3}
ALIKE_CROWDS |= {"CN": 3, "EG": 3, "QC": 2, "IN": 2, "AR": 2, "RU": 2, "BR": 2}
ALIKE_CROWDS |= {"ES": 1, "HU": 1, "KR": 1, "NL": 1, "IT": 1, "TR": 1, "ID": 1}
NEWCOMERS, LARGE_CITIES = 0.35, 20
WORLDS = {"west": WEST, "north": NORTH, "south": SOUTH, "scripts": SCRIPTS}
WORLDS["alike"] = {}
# How many of a thousand people each country has, where it is not one share each.
CROWDS = {"US": 5, "GB": 2, "IN": 2, "BR": 2, "CN": 2, "RU": 2}


@cache
def world(name):
    """Countries of a world, each as often as people live there."""
    if name == "alike":
        return alike()
    found = [make() for make in WORLDS[name].values()]
    return [one for one in found for _ in range(CROWDS.get(one.country, 1))]


def alike():
    """Countries, cities and newcomers in the shares of the development set."""
    known = {**WEST, **NORTH, **SOUTH, **SCRIPTS, **NEW_WORLD}
    found = []
    for country, crowd in ALIKE_CROWDS.items():
        one = known[country]()
        made = replace(
            one,
            cities=one.cities[:LARGE_CITIES],
            towns=0,
            foreign=0,
            sexes=("male",),
            locale="en_US" if one.locale == "en_GB" else one.locale,
            city_exponent=0,
            strangers=NEWCOMERS if one.locale[:2] in ("en", "fr", "de") else 0,
        )
        found += [made] * crowd
    return found
