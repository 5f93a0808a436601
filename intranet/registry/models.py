"""All tables of the registry."""

from intranet.registry import accounts, activities, agreements, feeds, pledges, reports, units
from intranet.registry.districts import Commune, District, DistrictModule
from intranet.registry.people import (
    Function,
    KnownDevice,
    Leave,
    Membership,
    Person,
    Preference,
    SignInFailure,
    SignInSession,
)
from intranet.registry.schools import FormerKey, School, SchoolSplit, SchoolYearFigures, Site, Tag
from intranet.registry.twinning import Pairing, Programme, ProgrammeDistrict

MODELS = (
    District,
    Commune,
    DistrictModule,
    School,
    SchoolSplit,
    FormerKey,
    Site,
    Tag,
    SchoolYearFigures,
    Person,
    Membership,
    Function,
    Leave,
    Preference,
    SignInSession,
    KnownDevice,
    SignInFailure,
    Programme,
    ProgrammeDistrict,
    Pairing,
    *activities.MODELS,
    *agreements.MODELS,
    *pledges.MODELS,
    *reports.MODELS,
    *feeds.MODELS,
    *accounts.MODELS,
    *units.MODELS,
)
