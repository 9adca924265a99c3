{{- /* The labels of the pod that serves the metrics: the master, ours or the upstream chart's. */}}
{{- define "swarmfile.metricsSelectorLabels" -}}
{{- if .Values.upstream -}}
{{- include "swarmfile.upstreamSelectorLabels" . }}
component: master
{{- else -}}
{{- include "swarmfile.selectorLabels" . }}
app.kubernetes.io/component: master
{{- end -}}
{{- end }}

{{- /* "true" where a kind of the Prometheus operator may be made: it is wished for, and the cluster knows it. */}}
{{- define "swarmfile.monitoring" -}}
{{- $wish := index .root.Values.metrics .key -}}
{{- $known := .root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" .kind) -}}
{{- if and .root.Values.metrics.enabled $wish.enabled (or $known $wish.force) }}true{{ end -}}
{{- end }}

{{- /* One line for each object that is asked for and not made; for the notes, since a rendering without a cluster knows no kinds. */}}
{{- define "swarmfile.notMade" -}}
{{- range $key, $kind := dict "serviceMonitor" "ServiceMonitor" "podMonitor" "PodMonitor" "prometheusRule" "PrometheusRule" }}
{{- if and (index $.Values.metrics $key).enabled (not (include "swarmfile.monitoring" (dict "root" $ "key" $key "kind" $kind))) }}
{{- if $.Values.metrics.enabled }}
WARNING: metrics.{{ $key }}.enabled makes no {{ $kind }}, since the cluster does not know monitoring.coreos.com/v1: install the Prometheus operator and upgrade, or set metrics.{{ $key }}.force=true.
{{- else }}
WARNING: metrics.{{ $key }}.enabled makes no {{ $kind }}, since metrics.enabled is false.
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (or .Values.upstream (eq .Values.mode "job")) }}
WARNING: ingress.enabled makes no Ingress, since {{ empty .Values.upstream | not | ternary "the web UI belongs to the upstream chart: use its ingress values" "a Job has no web UI to reach from outside: use mode=deployment" }}.
{{- end }}
{{- end }}

{{- /* Metadata of such an object. */}}
{{- define "swarmfile.monitoringMetadata" -}}
{{- $wish := index .root.Values.metrics .key -}}
name: {{ include "swarmfile.fullname" .root }}
namespace: {{ $wish.namespace | default .root.Release.Namespace }}
labels:
  {{- include "swarmfile.labels" .root | nindent 2 }}
  {{- with $wish.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* YAML list: how the Prometheus operator is to scrape the port. */}}
{{- define "swarmfile.endpoints" -}}
- port: metrics
  interval: {{ .interval }}
  scrapeTimeout: {{ .scrapeTimeout }}
  {{- with .relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
