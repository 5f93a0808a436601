"""All tables of the registry."""

from intranet.registry.districts import Commune, District, DistrictModule
from intranet.registry.people import KnownDevice, Membership, Person, SignInFailure, SignInSession
from intranet.registry.schools import School, SchoolYearFigures
from intranet.registry.twinning import Pairing, Programme, ProgrammeDistrict

MODELS = (
    District,
    Commune,
    DistrictModule,
    School,
    SchoolYearFigures,
    Person,
    Membership,
    SignInSession,
    KnownDevice,
    SignInFailure,
    Programme,
    ProgrammeDistrict,
    Pairing,
)
