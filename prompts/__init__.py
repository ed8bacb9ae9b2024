"""All wording: the facet and probe catalogue, the triage weights, and what people read."""

from prompts.catalogue import Catalogue, FacetEntry, Probe, load_catalogue

__all__ = ["Catalogue", "FacetEntry", "Probe", "load_catalogue"]
