"""Traces of exchanges in OpenTelemetry's form, where a collector is named (extra `otel`)."""
