{{- /* The start of every name; short enough for the suffixes that we and the Job controller add. */}}
{{- define "swarmfile.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* YAML: the names of our ConfigMaps and of our Secret. */}}
{{- define "swarmfile.names" -}}
{{- $fullname := include "swarmfile.fullname" . -}}
scripts: {{ .Values.names.scripts | default (printf "%s-scripts" $fullname) }}
libs: {{ .Values.names.libs | default (printf "%s-libs" $fullname) }}
settings: {{ .Values.names.settings | default (printf "%s-settings" $fullname) }}
testData: {{ .Values.names.testData | default (printf "%s-test-data" $fullname) }}
secret: {{ .Values.names.secret | default (printf "%s-credentials" $fullname) }}
{{- end }}

{{- define "swarmfile.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "swarmfile.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{- /* YAML: of what helm leaves at an uninstall: by it a run that ends after its release is still recorded. */}}
{{- define "swarmfile.keptAnnotations" -}}
{{- if and .Values.rbac.keep .Values.rbac.create .Values.results.publish -}}
helm.sh/resource-policy: keep
{{- end -}}
{{- end }}

{{- /* The labels by which a release's own pods are found. */}}
{{- define "swarmfile.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "swarmfile.labels" -}}
{{ include "swarmfile.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: swarmfile
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
swarmfile.io/type: {{ .Values.type }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The name that the upstream chart gives to what it makes in its own release. */}}
{{- define "swarmfile.engineFullname" -}}
{{- $name := .Values.engine.nameOverride | default "locust" -}}
{{- if .Values.engine.fullnameOverride -}}
{{- .Values.engine.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Values.names.engine -}}
{{- .Values.names.engine | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Values.names.engine $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}
