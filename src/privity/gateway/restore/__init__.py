"""Put a person's own words back into an answer, as text, in any cut."""

from privity.gateway.restore.known import Known
from privity.gateway.restore.layer import SIGNED
from privity.gateway.restore.restorer import Restorer, restored

__all__ = ["SIGNED", "Known", "Restorer", "restored"]
