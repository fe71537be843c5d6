"""Quality of manually coded data: what coders wrote, against what the reports say."""
