"""The pages Demand, Who comes and Records: how many visits, and why they are believed."""
