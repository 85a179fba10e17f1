"""Bear, fox, squirrel and goldfish, each in a frame from −50 to 50: whole animals, told by their outline."""

from lstm_lab.world.shapes import Curve, Shape, both_sides, curve, ellipse, hsl, polygon, stroke, tint

DARK = "#2b2426"


def bear(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a bear who sits and, as often as not, waves."""
    fur = hsl(20 + 7 * hue, 0.46, 0.35 + 0.06 * shade)
    back, pale = tint(fur, "#000000", 0.22), tint(fur, "#ffe2b8", 0.62)
    waving = seed % 2 == 0
    near, far = 4.5 * turn, 2 * turn
    shapes: list[Shape] = []
    for side in (-1, 1):
        shapes += [
            ellipse(fur, side * 17 + far - 2 * turn, -36, 8.5),
            ellipse(pale, side * 17 + far - 2 * turn, -36, 4.6),
        ]
    arm = (-31, -6, -32) if waving else (-27, 17, 25)
    shapes += [
        ellipse(back, arm[0], arm[1], 8.5, 17, arm[2]),
        ellipse(back, 27, 17, 8.5, 17, -25),
        Curve(both_sides([(0, -8), (20, -2), (29, 18), (27, 36), (14, 45), (0, 46)]), fur),
        ellipse(pale, 0, 24, 17.5, 18.5),
    ]
    for side in (-1, 1):
        shapes += [ellipse(back, side * 23, 41, 11, 9.5), ellipse(pale, side * 23, 42, 6, 5)]
    shapes += [
        Curve(both_sides([(0, -42), (16, -38), (24, -22), (17, -8), (0, -3)], far), fur),
        ellipse(pale, near, -14, 11.5, 9),
        ellipse(DARK, near * 1.2, -18.5, 5, 3.5),
        stroke(DARK, 1.5, (near, -15), (near, -11.5)),
        stroke(DARK, 1.5, (near - 5, -11.5), (near - 2.5, -9.7), (near, -11.5), (near + 2.5, -9.7), (near + 5, -11.5)),
    ]
    for side in (-1, 1):
        shapes += [
            ellipse(DARK, side * 9.5 + near * 0.8, -25, 2.7, 3),
            ellipse("#ffffff", side * 9.5 + near * 0.8 + 0.9, -26, 0.9),
        ]
    return shapes


def fox(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a fox walking to the right, its brush behind it."""
    fur = hsl(19 + 5 * hue, 0.85, 0.53 + 0.04 * shade)
    back, white, sock = tint(fur, "#5a1e00", 0.3), "#fff6e8", "#3a2723"
    stride = 3 + seed % 4
    lift = -3 * abs(turn)
    return [
        stroke(back, 6, (-10, 10), (-8 + stride, 22), (-9 + stride, 32)),
        stroke(sock, 6, (-9 + stride, 28), (-9 + stride, 33)),
        stroke(back, 6, (12, 8), (12 + stride, 22), (11 + stride, 32)),
        stroke(sock, 6, (11 + stride, 28), (11 + stride, 33)),
        curve(fur, (-16, 2), (-26, -8 + lift), (-38, -10 + lift), (-50, -2 + lift), (-50, -2 + lift), (-42, 9 + lift), (-28, 12), (-17, 12)),
        curve(white, (-39, -10 + lift), (-50, -2 + lift), (-50, -2 + lift), (-42.5, 9 + lift), (-39, 4 + lift), (-41, 0 + lift), (-38, -4 + lift)),
        curve(fur, (-20, 5), (-13, -1), (0, 0), (12, -8), (22, -10), (25, 2), (20, 14), (6, 15), (-8, 15), (-18, 16)),
        curve(white, (24, -2), (24, 6), (18, 14), (10, 15), (15, 8), (18, 0)),
        stroke(fur, 7.5, (-15, 10), (-18, 22), (-16 - stride, 32)),
        stroke(sock, 6.5, (-16.4 - stride * 0.8, 29), (-16 - stride, 33)),
        stroke(fur, 6.5, (18, 10), (19, 22), (18 - stride, 32)),
        stroke(sock, 6, (18.4 - stride * 0.8, 29), (18 - stride, 33)),
        polygon(sock, (25, -24), (31, -42), (34, -22)),
        polygon(fur, (13, -20), (17, -41), (27, -25)),
        polygon(sock, (16.4, -26), (17.3, -37), (22.5, -28)),
        curve(fur, (12, -14), (18, -25), (30, -25), (37, -17), (49, -9), (49, -9), (41, -4), (30, -1), (18, -3)),
        curve(white, (49, -9), (49, -9), (40, -11), (32, -10), (24, -5), (16, -6), (20, 0), (32, 0), (42, -4)),
        ellipse(DARK, 48, -9, 2.8, 2.3),
        ellipse(DARK, 32, -16, 2.3, 2.6),
        ellipse("#ffffff", 32.8, -16.8, 0.8),
    ]


def squirrel(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a squirrel with an acorn, sitting to the right under its tail."""
    fur = hsl(14 + 6 * hue, 0.55, 0.40 + 0.05 * shade)
    dark, pale, plume = tint(fur, "#2a0f00", 0.3), "#fbe6cb", tint(fur, "#ffb070", 0.3)
    nod = 2 * abs(turn)
    return [
        curve(fur, (-2, 40), (-22, 40), (-38, 26), (-43, 4), (-38, -22), (-22, -39), (-4, -38), (2, -28),
              (-4, -21), (-11, -12), (-11, 4), (-8, 18), (0, 30)),
        curve(plume, (-12, 33), (-26, 26), (-33, 6), (-29, -16), (-17, -29), (-6, -30), (-14, -22), (-21, -10), (-22, 6), (-17, 20)),
        polygon(dark, (18, -20 + nod), (24, -38 + nod), (28, -20 + nod)),
        curve(fur, (4, 2), (16, -6), (25, 4), (27, 20), (22, 36), (8, 41), (-6, 36), (-7, 18)),
        curve(pale, (20, 0), (26, 8), (27, 22), (22, 34), (17, 26), (17, 12)),
        curve(fur, (6, -10 + nod), (12, -22 + nod), (24, -24 + nod), (34, -16 + nod), (38, -8 + nod), (32, -2 + nod), (18, 2 + nod), (9, -1 + nod)),
        polygon(fur, (9, -17 + nod), (12, -38 + nod), (20, -21 + nod)),
        polygon(plume, (12, -22 + nod), (12.6, -31 + nod), (16, -22 + nod)),
        ellipse(pale, 30, -4.5 + nod, 6.5, 4.2, 15),
        ellipse(DARK, 24.5, -12.5 + nod, 3.6, 4),
        ellipse("#ffffff", 25.7, -14 + nod, 1.3),
        ellipse(DARK, 37.5, -8.5 + nod, 2, 1.7),
        ellipse("#c98b3c", 36, 11, 5.2, 6.5, 12),
        ellipse("#6d4522", 35, 6, 6.2, 3.6, 12),
        stroke(fur, 6, (15, 8), (23, 14), (31, 12)),
        ellipse(dark, 4, 28, 12.5, 12),
        ellipse(fur, 5, 27, 12, 11.5),
        ellipse(dark, 15, 40, 13, 4.2),
    ]


def goldfish(turn: float, hue: float, shade: float, seed: int) -> list[Shape]:
    """Return a goldfish in its bowl, swimming to the right."""
    gold = hsl(22 + 8 * hue, 0.95, 0.55 + 0.04 * shade)
    fin, glint = tint(gold, "#ffe08a", 0.35), tint(gold, "#fff2c0", 0.6)
    swim = 5 * abs(turn) - 3
    water, glass = "#7cc7e6", "#dff3fb"
    fish: list[Shape] = [
        curve(fin, (-10, 6), (-22, -7), (-31, -8), (-27, 5), (-31, 19), (-22, 18), (-10, 10)),
        curve(fin, (-6, -2), (-2, -13), (9, -11), (12, 0)),
        curve(gold, (-13, 8), (-4, -3), (10, -5), (21, 3), (23, 9), (18, 16), (6, 20), (-6, 16)),
        curve(glint, (-4, 13), (6, 13), (17, 12), (17, 15.5), (6, 19), (-5, 15.5)),
        curve(fin, (0, 9), (-8, 14), (-7, 20), (4, 15)),
        ellipse("#ffffff", 14, 4.5, 4.4),
        ellipse(DARK, 15, 4.6, 2.7),
        ellipse("#ffffff", 16, 3.6, 0.9),
    ]
    moved = [_shift(shape, swim, 4) for shape in fish]
    return [
        ellipse("#6b4a35", 0, 44, 36, 5),
        Curve(both_sides([(0, -34), (20, -34), (22, -30), (34, -14), (40, 6), (33, 29), (19, 42), (0, 44)]), glass),
        Curve(both_sides([(0, -15), (32, -15), (32, -15), (37.5, 6), (31, 28), (18, 40), (0, 42)]), water),
        ellipse("#b6e3f4", 0, -15, 32.5, 3.6),
        Curve(both_sides([(0, 32), (15, 33), (28, 30), (28, 30), (18, 40), (0, 42)]), "#e8c98a"),
        stroke("#3f9c5a", 3, (-25, 32), (-29, 22), (-24, 12), (-27, 2)),
        stroke("#57b36d", 3, (-19, 34), (-17, 25), (-21, 17)),
        *moved,
        ellipse("#eaf8fd", 30 - seed % 4, -4, 2.2),
        ellipse("#eaf8fd", 27 - seed % 4, -10, 1.5),
        stroke("#ffffff", 2.4, (-33, -6), (-35.5, 4), (-33, 14)),
        ellipse("#a9d3e4", 0, -34, 21, 4.2),
        ellipse("#eaf7fc", 0, -34, 18.5, 2.7),
    ]


def _shift(shape: Shape, dx: float, dy: float) -> Shape:
    if hasattr(shape, "points"):
        return shape._replace(points=tuple((x + dx, y + dy) for x, y in shape.points))  # type: ignore
    return shape._replace(x=shape.x + dx, y=shape.y + dy)  # type: ignore
