"""Bear, fox, squirrel and goldfish, each in a frame from −50 to 50: whole animals, told by their outline."""

from lstm_lab.world.shapes import (
    Curve,
    Shape,
    Stroke,
    both_sides,
    curve,
    ellipse,
    hsl,
    outline,
    place,
    polygon,
    stroke,
    tint,
)

DARK = "#2b2426"


def bear(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a bear who sits and, as often as not, waves.

    Args:
        turn: looking left (−1) to right (1).
        hue: of the coat, in [−1, 1].
        shade: of the coat, darker (−1) to lighter (1).
        seed: whether it waves.
    """
    fur = hsl(21 + 6 * hue, 0.46, 0.36 + 0.06 * shade)
    back, pale = tint(fur, "#000000", 0.2), tint(fur, "#ffe2b8", 0.62)
    near, far = 4.5 * turn, 2 * turn
    arm = (-31, -5, -32) if seed % 2 == 0 else (-27, 17, 25)
    shapes: list[Shape] = []
    for x in (-17, 17):
        shapes += [ellipse(fur, x, -36, 8.5), ellipse(pale, x + 0.5 * turn, -35.5, 4.8)]
    shapes += [
        ellipse(back, arm[0], arm[1], 8.5, 17, arm[2]),
        ellipse(back, 27, 17, 8.5, 17, -25),
        Curve(both_sides(outline("0 -8, 20 -2, 29 18, 27 36, 14 45, 0 46")), fur),
        ellipse(pale, 0, 24, 17.5, 18.5),
    ]
    for x in (-23, 23):
        shapes += [ellipse(back, x, 41, 11, 9), ellipse(pale, x, 42, 6, 4.8)]
    shapes += [
        Curve(both_sides(outline("0 -42, 16 -38, 24 -22, 17 -8, 0 -3"), far), fur),
        ellipse(pale, near, -14, 11.5, 9),
        ellipse(DARK, near * 1.2, -18.5, 5, 3.5),
        *place([stroke(DARK, 1.5, "0 -15, 0 -11.5")], near, 0, 1),
        *place([stroke(DARK, 1.5, "-5 -11.5, -2.5 -9.7, 0 -11.5, 2.5 -9.7, 5 -11.5")], near, 0, 1),
    ]
    for x in (-9.5, 9.5):
        eye = x + 0.8 * near
        shapes += [ellipse(DARK, eye, -25, 2.8, 3.2), ellipse("#ffffff", eye + 0.9, -26.2, 1)]
    return shapes


def fox(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a fox walking to the right, its brush behind it.

    Args:
        turn: how high it carries its brush, by its distance from 0.
        hue: of the coat, in [−1, 1].
        shade: of the coat, darker (−1) to lighter (1).
        seed: the length of its stride.
    """
    fur = hsl(20 + 5 * hue, 0.85, 0.54 + 0.04 * shade)
    back, white, sock = tint(fur, "#5a1e00", 0.28), "#fff6e8", "#3d2925"
    stride = 1.5 + seed % 4
    brush: list[Shape] = [
        curve(fur, "0 0, -9 -13, -22 -17, -33 -9, -36 1, -36 1, -26 8, -13 9, -1 9"),
        curve(white, "-24 -16, -33 -9, -36 1, -36 1, -26 8, -22 3, -26 -1, -21 -5, -26 -10"),
    ]
    shapes = [
        *_leg(back, sock, -10, stride),
        *_leg(back, sock, 11, stride),
        *place(brush, -15, 12, 1, angle=12 * abs(turn) - 2),
        curve(fur, "-20 13, -13 6, 0 7, 12 1, 22 -4, 26 8, 22 21, 8 24, -6 23, -17 25"),
        curve(white, "26 2, 27 10, 22 18, 16 20, 17 13, 20 6"),
        *_leg(fur, sock, -16, -stride),
        *_leg(fur, sock, 17, -stride),
        polygon(back, "21 -18, 27 -37, 33 -17"),
        curve(fur, "8 -7, 9 -19, 18 -23, 29 -21, 36 -13, 48 -4, 48 -4, 40 1, 28 4, 15 4"),
        curve(white, "48 -4, 48 -4, 38 -7, 29 -5, 22 -1, 12 -1, 16 5, 29 5.5, 41 1.5"),
        polygon(fur, "8 -14, 11.5 -39, 24 -20"),
        polygon(sock, "10 -28, 11.5 -39, 17 -30.5, 13 -27"),
        ellipse(DARK, 47.3, -4.2, 3, 2.5),
        ellipse(DARK, 29, -11.5, 2.8, 3.2),
        ellipse("#ffffff", 29.9, -12.6, 1),
    ]
    return place(shapes, 0, 6.5, 0.9)


def _leg(fur: str, sock: str, x: float, step: float) -> list[Shape]:
    knee, shin, foot = (x + 0.6 * step, 29.0), (x + 0.9 * step, 35.0), (x + step, 41.0)
    return [Stroke(((x, 18.0), knee, foot), 7.5, fur), Stroke((shin, foot), 7.9, sock)]


def squirrel(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a squirrel with an acorn, sitting to the right under its tail.

    Args:
        turn: how low it holds its head, by its distance from 0.
        hue: of the coat, in [−1, 1].
        shade: of the coat, darker (−1) to lighter (1).
        seed: the colour of the acorn.
    """
    fur = hsl(15 + 6 * hue, 0.55, 0.41 + 0.05 * shade)
    dark, pale, plume = tint(fur, "#2a0f00", 0.3), "#fbe6cb", tint(fur, "#ffb878", 0.38)
    acorn = ("#c98b3c", "#b9a046", "#b5733a")[seed % 3]
    head: list[Shape] = [
        polygon(dark, "18 -20, 24 -39, 28 -20"),
        curve(fur, "6 -10, 12 -22, 24 -24, 34 -16, 38 -8, 32 -2, 18 2, 9 -1"),
        polygon(fur, "9 -16, 12 -39, 20.5 -20"),
        polygon(plume, "12 -21, 12.8 -32, 16.5 -21"),
        ellipse(pale, 30, -4.5, 6.5, 4.2, 15),
        ellipse(DARK, 24.5, -12.5, 3.8, 4.3),
        ellipse("#ffffff", 25.8, -14, 1.4),
        ellipse(DARK, 37.5, -8.5, 2.2, 1.9),
    ]
    return [
        curve(
            fur,
            "-2 41, -22 41, -38 27, -43 4, -38 -22, -22 -39, -4 -38, 3 -28, -4 -20, -10 -10, -10 4, -8 18, 0 30",
        ),
        curve(plume, "-11 34, -26 26, -33 6, -29 -16, -17 -29, -5 -30, -14 -22, -21 -10, -22 6, -16 20"),
        curve(fur, "4 2, 16 -6, 25 4, 27 20, 22 36, 8 41, -6 36, -7 18"),
        curve(pale, "20 0, 26 8, 27 22, 22 34, 17 26, 17 12"),
        *place(head, 0, 2.5 * abs(turn) - 0.5, 1),
        ellipse(acorn, 36, 11, 5.2, 6.5, 12),
        ellipse("#6d4522", 35, 6, 6.2, 3.6, 12),
        stroke(fur, 6, "15 8, 23 14, 31 12"),
        ellipse(dark, 4, 28, 12.6, 12.2),
        ellipse(fur, 5, 27, 12, 11.6),
        ellipse(dark, 15, 41, 13, 4.2),
    ]


def goldfish(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a goldfish in its bowl, swimming to the right.

    Args:
        turn: how far it has swum, by its distance from 0.
        hue: of the fish, in [−1, 1].
        shade: of the fish, darker (−1) to lighter (1).
        seed: where the bubbles are.
    """
    gold = hsl(23 + 8 * hue, 0.95, 0.55 + 0.04 * shade)
    fin, glint = tint(gold, "#ffe08a", 0.4), tint(gold, "#fff2c0", 0.6)
    fish: list[Shape] = [
        curve(fin, "-9 6, -21 -9, -30 -10, -26 4, -31 19, -22 19, -9 11"),
        curve(fin, "-7 -2, -3 -14, 9 -12, 13 0"),
        curve(gold, "-13 8, -5 -4, 9 -6, 21 2, 24 9, 18 17, 6 21, -6 17"),
        curve(glint, "-6 16, 4 16, 15 15.5, 18 17, 6 21"),
        curve(fin, "1 8, -8 12, -8 19, 4 14"),
        ellipse("#ffffff", 14, 4.5, 4.8),
        ellipse(DARK, 15, 4.6, 3),
        ellipse("#ffffff", 16.1, 3.4, 1.1),
    ]
    bubbles: list[Shape] = [ellipse("#eaf8fd", 29, -1, 2.3), ellipse("#eaf8fd", 26, -8, 1.6)]
    return [
        Curve(both_sides(outline("0 -34, 20 -34, 22 -30, 34 -14, 40 6, 33 29, 19 42, 0 44")), "#e3f4fb"),
        Curve(both_sides(outline("0 -15, 32 -15, 32 -15, 37.5 6, 31 28, 18 40, 0 42")), "#77c4e6"),
        ellipse("#b6e3f4", 0, -15, 32.5, 3.6),
        Curve(both_sides(outline("0 31, 15 32, 29 29, 29 29, 18 40, 0 42")), "#ecd096"),
        stroke("#3f9c5a", 3, "-25 32, -29 22, -24 12, -27 2"),
        stroke("#57b36d", 3, "-19 34, -17 25, -21 17"),
        *place(fish, 5 * abs(turn) - 2, 4, 1, angle=-3 * (seed % 3)),
        *place(bubbles, -(seed % 4), -(seed % 3), 1),
        stroke("#ffffff", 2.4, "-33 -6, -35.5 4, -33 14"),
        ellipse("#a9d3e4", 0, -34, 21, 4.2),
        ellipse("#f2fafd", 0, -34, 18.5, 2.7),
    ]
