"""Put a person's own words back into an answer, as text, in any cut."""

from privity.gateway.restore.known import Known
from privity.gateway.restore.restorer import Restorer, restored

__all__ = ["Known", "Restorer", "restored"]
