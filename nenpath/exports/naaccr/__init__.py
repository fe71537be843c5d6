"""NAACCR XML: one Tumor per report, coded by rules that are data, with a worksheet for the abstractor."""
