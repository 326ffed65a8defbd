"""Do two objectives want the same in every environment? Objectives over alphabets, and where they part."""
