"""Lambert's azimuthal equal-area projection of Europe, as the European grid uses it."""

from math import cos, radians, sin, sqrt

CENTRE_LONGITUDE = radians(10)
CENTRE_LATITUDE = radians(52)


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a point in degrees lies on the plane: x to the east, y to the south, in Earth radii."""
    turn, tilt = radians(longitude) - CENTRE_LONGITUDE, radians(latitude)
    scale = sqrt(
        2 / (1 + sin(CENTRE_LATITUDE) * sin(tilt) + cos(CENTRE_LATITUDE) * cos(tilt) * cos(turn))
    )
    x = scale * cos(tilt) * sin(turn)
    y = scale * (cos(CENTRE_LATITUDE) * sin(tilt) - sin(CENTRE_LATITUDE) * cos(tilt) * cos(turn))
    return x, -y
