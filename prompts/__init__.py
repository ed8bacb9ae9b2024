"""All wording: the facet and probe catalogue, the triage weights, and what people read."""

from prompts.catalogue import Catalogue, FacetEntry, load_catalogue
from prompts.phrasings import Probe

__all__ = ["Catalogue", "FacetEntry", "Probe", "load_catalogue"]
