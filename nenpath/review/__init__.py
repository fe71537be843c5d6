"""The review page: a person settles what the machine is unsure of, least certain and most important first."""
