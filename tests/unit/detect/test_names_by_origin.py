"""Names are found whatever country they come from: patterns and lists alone, in neutral sentences.

The language model, where it is on, finds more of every origin.
"""
# ruff: noqa: E501 (a line for each origin)

import pytest

from privity.detect.engine import PatternDetector
from privity.model.text import Leaf, Raw, Slot

DETECTOR = PatternDetector.load()
SENTENCES = (
    "I spoke with {first} {last} this morning about the contract.",
    "Please forward this to {first} {last}, who knows the details.",
    "The invoice was paid by {title} {last} in March.",
    "Hello {first}, are we still on for lunch?",
    "My name is {first} {last} and I need help.",
    "Best wishes,\n{first} {last}",
)
NAMES = {
    "arabic": "Layla Haddad,Omar Khoury,Yasmin Nasser,Tariq Saleh,Rania Shaheen,Karim Mansour",
    "chinese": "Wei Zhang,Xiaoming Li,Meiling Chen,Jianguo Wu,Lihua Zhao,Haoran Sun",
    "dutch": "Sanne Bakker,Daan Visser,Femke Mulder,Bram Smit,Lotte Dekker,Sven Willems",
    "east_african": "Wanjiku Kamau,Tesfaye Bekele,Achieng Otieno,Juma Mwangi,Selam Haile,Abdi Warsame",
    "english": "Margaret Wilson,Oliver Thompson,Emily Harrison,George Mitchell,Harriet Cole,Jack Turner",
    "filipino": "Maricel Santos,Rodrigo Bautista,Jovelyn Manalo,Arnel Pangilinan,Ligaya Cruz,Danilo Reyes",
    "french": "Chloé Dubois,Antoine Lefèvre,Camille Moreau,Julien Girard,Manon Rousseau,Théo Lambert",
    "german": "Jürgen Schröder,Anke Vogel,Matthias Krüger,Sabine Hoffmann,Lukas Bauer,Heike Schäfer",
    "greek": "Eleni Papadopoulou,Nikos Georgiou,Katerina Vlachou,Giannis Makris,Dimitra Nikolaou,Kostas Samaras",
    "hebrew": "Noa Cohen,Yonatan Mizrahi,Tamar Peretz,Avigail Shapira,Eitan Levi,Shira Azoulay",
    "indian": "Priya Sharma,Rahul Gupta,Ananya Iyer,Vikram Reddy,Deepika Nair,Suresh Patel",
    "italian": "Giulia Rossi,Marco Bianchi,Chiara Ferrari,Luca Esposito,Francesca Romano,Matteo Colombo",
    "japanese": "Yuki Tanaka,Haruto Suzuki,Sakura Yamamoto,Kenji Watanabe,Aiko Nakamura,Hiroshi Kobayashi",
    "korean": "Min-jun Kim,Seo-yeon Park,Ji-woo Lee,Hyun-woo Choi,Soo-jin Jung,Jihoon Kang",
    "nordic": "Ingrid Johansson,Lars Nielsen,Astrid Hansen,Erik Lindqvist,Freja Andersen,Magnus Berg",
    "persian": "Shirin Ahmadi,Reza Hosseini,Parisa Karimi,Dariush Moradi,Nasrin Jafari,Kaveh Rahimi",
    "polish": "Zofia Kowalska,Piotr Nowak,Agnieszka Wiśniewska,Tomasz Wójcik,Katarzyna Zielińska,Michał Lewandowski",
    "portuguese": "Beatriz Oliveira,João Pereira,Mariana Carvalho,Tiago Fernandes,Inês Rodrigues,Rafael Almeida",
    "russian": "Natalia Ivanova,Dmitry Sokolov,Olga Petrova,Sergei Volkov,Svetlana Morozova,Alexei Lebedev",
    "spanish": "Lucía Fernández,Alejandro García,Carmen Ortega,Javier Molina,Elena Navarro,Diego Ramírez",
    "turkish": "Ayşe Yılmaz,Mehmet Demir,Zeynep Kaya,Emre Şahin,Elif Çelik,Burak Aydın",
    "vietnamese": "Linh Nguyen,Minh Tran,Huong Pham,Tuan Le,Thao Vo,Duc Hoang",
    "west_african": "Ngozi Okafor,Kwame Mensah,Chioma Eze,Amadou Diallo,Folake Adeyemi,Kofi Boateng",
}
FLOOR = 0.85


def is_found(sentence: str, first: str, last: str) -> bool:
    text = sentence.format(first=first, last=last, title="Ms")
    (findings,) = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])
    covered = {at for f in findings for at in range(f.start, f.end)}
    parts = [part for part in (first, last) if part in text]
    places = {text.index(p) + i for p in parts for i, c in enumerate(p) if c.isalpha()}
    return places <= covered


def recall(origin: str) -> float:
    people = [name.rsplit(" ", 1) for name in NAMES[origin].split(",")]
    found = [is_found(s, first, last) for first, last in people for s in SENTENCES]
    return sum(found) / len(found)


@pytest.mark.parametrize("origin", NAMES)
def test_names_of_every_origin_are_found(origin: str) -> None:
    assert recall(origin) >= FLOOR
