"""Questions about published reports: is it what its data give, what differs from another one, where does a figure come from."""
