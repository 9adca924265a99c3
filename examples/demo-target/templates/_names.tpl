{{- /* Labels that select the pod. */}}
{{- define "demo-target.selectorLabels" -}}
app.kubernetes.io/name: demo-target
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* Labels of everything. */}}
{{- define "demo-target.labels" -}}
{{ include "demo-target.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* The demo's modules, name to content. */}}
{{- define "demo-target.source" -}}
{{ (.Files.Glob "files/demo/*.py").AsConfig }}
{{- end }}

{{- /* Environment of the container; the kubelet joins user name and password, so no value holds them. */}}
{{- define "demo-target.env" -}}
{{- with .Values.auth }}
{{- if .existingSecret }}
- name: DEMO_USERNAME
  valueFrom: {secretKeyRef: {name: {{ .existingSecret }}, key: {{ .existingSecretUsernameKey }}}}
- name: DEMO_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .existingSecret }}, key: {{ .existingSecretPasswordKey }}}}
- {name: DEMO_BASIC_AUTH, value: "$(DEMO_USERNAME):$(DEMO_PASSWORD)"}
{{- end }}
{{- end }}
{{- with .Values.batch }}
- {name: DEMO_BATCH_DURATION_S, value: {{ .durationS | quote }}}
- {name: DEMO_BATCH_WINDOW_S, value: {{ .windowS | quote }}}
- {name: DEMO_BATCH_FAILURE_RATE, value: {{ .failureRate | quote }}}
- {name: DEMO_BATCH_LINE_FAILURE_RATE, value: {{ .lineFailureRate | quote }}}
{{- end }}
- {name: PYTHONDONTWRITEBYTECODE, value: "1"}
{{- end }}
