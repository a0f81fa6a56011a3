"""What is safe to give: names of medicines, rules and checks. Pure functions of files: no database, no network."""
