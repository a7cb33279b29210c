"""Names that no two things share: each number is spelled in a mixed radix of syllables or words.

Invented names are made of syllables and mean nothing to a language model; familiar ones are made of common given
names, family names and word parts, so that the same graph can be read with names that look real.
"""

from __future__ import annotations

from webenv.web.world.mappings import Permutation
from webenv.web.world.schema import Kind

_ONSETS = "b br d dr f g gl h j k kr l m n p pl r s sk st t th tr v vr z".split()
_VOWELS = "a e i o u ae ei ou".split()
_CODAS = "l m n r s t x nd rk lt".split()
_GIVEN = (
    "Ada Adam Alice Anna Anton Bela Bruno Carla Cecil Clara Daniel David Dora Edith Elena Emil Erik Eva Felix Flora "
    "Frank Georg Greta Hanna Helen Henry Hugo Ida Irene Ivan Jakob Jana Julia Karl Klara Laura Leo Lena Linda Louis "
    "Lucas Marie Mark Martin Mina Nina Nora Olga Oscar Otto Paula Peter Rita Robert Rosa Sara Simon Sofia Thea Viktor"
).split()
_FAMILY = (
    "Abel Adler Archer Baker Bauer Becker Bell Berg Bishop Brandt Brook Carter Castle Clark Cole Cook Craft Dahl Dale "
    "Dean Dietrich Drake Eklund Ellis Engel Falk Farmer Fischer Fletcher Forster Fox Frost Gardner Glover Graf Gray "
    "Haas Hale Hansen Hart Hill Holm Horn Hunter Jensen Keller King Klein Koch Kruger Lane Lang Larsen Lindgren Lund "
    "Marsh Mason Meyer Miller Moore Nilsson Noble North Olsen Page Palmer Park Pope Porter Price Reed Rhodes Richter "
    "Roth Sand Sawyer Schmidt Shaw Singer Skinner Snow Stein Stone Sutter Swan Taylor Thorn Turner Vogel Wagner Walker"
).split()
_PLACE_STARTS = (
    "Ash Beck Black Bridge Bright Broad Brook Cold Corn Cross Deer East Elm Fair Fern Glen Gold Green Hazel Heath High "
    "Iron King Lake Lang Lime Long Mill Moor Moss New North Oak Old Over Red Rock Rose Salt Sand Silver South Spring "
    "Stone Sun Swan Thorn West White Wild Wind Winter Wood"
).split()
_PLACE_ENDS = (
    "beck borough bourne bridge bury by combe cote dale den field ford gate ham haven hill holm hurst land ley mere "
    "minster mouth ness port shaw side stead stoke thorpe ton water well wick wood worth"
).split()
_OCCUPATIONS = (
    "architect astronomer baker botanist cartographer chemist composer engineer geologist historian inventor judge "
    "linguist mathematician merchant navigator painter physician poet printer sculptor surveyor teacher zoologist"
).split()
_TRADES = "Works Institute Press Trading Foundry Laboratories Shipping Instruments Mills Archive Optics Gardens".split()
_FORMS = "Handbook Atlas Chronicle History Songs Letters Garden Voyage Winter Island Mirror Lamp Bridges Roads".split()
_FESTS = "Regatta Fair Marathon Congress Prize Festival Tournament Exhibition Rally Games".split()
_WARES = "Kettle Lantern Compass Loom Bicycle Clock Telescope Stove Radio Camera Typewriter Barometer".split()
_BEASTS = "beetle finch frog lily moth newt orchid snail sedge thrush trout wasp".split()


class Names:
    """The names of a world: the same seed gives the same ones."""

    def __init__(self, seed: int, familiar: bool) -> None:
        self._familiar = familiar
        self._seed = seed
        self._shuffles: dict[tuple[str, int], Permutation] = {}

    def of(self, kind: Kind, number: int) -> str:
        """The name of a thing; no two things of a world share one."""
        return getattr(self, f"_{kind}")(number)  # type: ignore[no-any-return]

    @property
    def web(self) -> str:
        """The name that the sites of the world share; nothing in it has that name."""
        return self._syllables("web", 0, 2).lower()

    def occupation(self, number: int) -> str:
        """One of a few trades."""
        return _OCCUPATIONS[number % len(_OCCUPATIONS)]

    def _person(self, number: int) -> str:
        if self._familiar:
            place = self._shuffled("person", number, len(_GIVEN) * len(_FAMILY))
            return f"{_GIVEN[place % len(_GIVEN)]} {_FAMILY[place // len(_GIVEN)]}{self._round('person', number)}"
        given, family = divmod(self._shuffled("person", number, 20_000 * 400), 400)  # families have several members
        name = f"{self._syllables('given', given, 2)} {self._syllables('family', family, 2)}"
        return name + self._round("person", number)

    def _town(self, number: int) -> str:
        return self._place("town", number)

    def _region(self, number: int) -> str:
        return f"{self._place('region', number)} {('Vale', 'Highlands', 'Coast', 'Plain')[number % 4]}"

    def _species(self, number: int) -> str:
        genus, epithet = divmod(self._shuffled("species", number, 1_000 * 2_000), 2_000)
        beast = _BEASTS[genus % len(_BEASTS)]
        latin = f"{self._syllables('genus', genus, 2)}us {self._syllables('epithet', epithet, 2).lower()}ensis"
        return f"{latin}{self._round('species', number)} ({beast})"

    def _work(self, number: int) -> str:
        form = _FORMS[number % len(_FORMS)]
        return f"The {form} of {self._place('work', number // len(_FORMS))}"

    def _organisation(self, number: int) -> str:
        return f"{self._place('firm', number // len(_TRADES))} {_TRADES[number % len(_TRADES)]}"

    def _event(self, number: int) -> str:
        return f"{self._place('event', number // len(_FESTS))} {_FESTS[number % len(_FESTS)]}"

    def _product(self, number: int) -> str:
        return f"{self._place('ware', number // len(_WARES))} {_WARES[number % len(_WARES)]}"

    def _place(self, purpose: str, number: int) -> str:
        if self._familiar:
            place = self._shuffled(purpose, number, len(_PLACE_STARTS) * len(_PLACE_ENDS))
            start, end = _PLACE_STARTS[place % len(_PLACE_STARTS)], _PLACE_ENDS[place // len(_PLACE_STARTS)]
            return f"{start}{end}{self._round(purpose, number)}"
        return self._syllables(purpose, number, 3)

    def _syllables(self, purpose: str, number: int, count: int) -> str:
        """A word of `count` syllables; different for different numbers of one purpose."""
        sizes = [len(_ONSETS) * len(_VOWELS)] * count
        total = len(_CODAS)
        for size in sizes:
            total *= size
        place = self._shuffled(purpose, number, total)
        place, coda = divmod(place, len(_CODAS))
        word = ""
        for size in sizes:
            place, syllable = divmod(place, size)
            word += _ONSETS[syllable % len(_ONSETS)] + _VOWELS[syllable // len(_ONSETS)]
        return (word + _CODAS[coda]).capitalize()

    def _shuffled(self, purpose: str, number: int, size: int) -> int:
        shuffle = self._shuffles.get((purpose, size))
        if shuffle is None:
            shuffle = self._shuffles[purpose, size] = Permutation(size, self._seed, "name", purpose)
        return shuffle(number % size)

    def _round(self, purpose: str, number: int) -> str:
        """Nothing while names last; then the second, the third, and so on, as of kings."""
        size = next((size for known, size in self._shuffles if known == purpose), 0)
        again = number // size if size else 0
        return f" {_roman(again + 1)}" if again else ""


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
                        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        while number >= value:
            text, number = text + sign, number - value
    return text
