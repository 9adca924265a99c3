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
package: {{ .Values.names.package | default (printf "%s-swarmfile" $fullname) }}
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

{{- /* The ServiceAccount of the pod with the sidecar: upstream's master has one of its own. */}}
{{- define "swarmfile.sidecarAccount" -}}
{{- if and .Values.upstream (ne .Values.mode "job") -}}
{{- include "swarmfile.upstreamFullname" . }}-master
{{- else -}}
{{- include "swarmfile.serviceAccountName" . -}}
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
swarmfile.io/type: {{ include "swarmfile.type" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The name that the upstream chart gives to what it makes in its own release. */}}
{{- define "swarmfile.upstreamFullname" -}}
{{- $name := .Values.upstream.nameOverride | default "locust" -}}
{{- if .Values.upstream.fullnameOverride -}}
{{- .Values.upstream.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Values.names.upstream -}}
{{- .Values.names.upstream | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Values.names.upstream $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* What of the load comes from the profile, as words: users, spawnRate, runTime; "" where stages, arrivals or the upstream say it. */}}
{{- define "swarmfile.ofProfile" -}}
{{- $words := list -}}
{{- if not (or .Values.upstream .Values.stages .Values.arrivals.rate .Values.arrivals.stages) -}}
{{- range list "users" "spawnRate" "runTime" }}{{ if not (index $.Values.loadTest .) }}{{ $words = append $words . }}{{ end }}{{ end -}}
{{- end -}}
{{- join ", " $words -}}
{{- end }}

{{- /* The type that names the runs: with a load of another profile than the default it says so, since that is another test. */}}
{{- define "swarmfile.type" -}}
{{- $profile := .Values.loadTest.profile -}}
{{- if or (has $profile (list "smoke" .Values.type)) (not (include "swarmfile.ofProfile" .)) -}}
{{- .Values.type -}}
{{- else if eq .Values.type "smoke" -}}
{{- $profile -}}
{{- else -}}
{{- printf "%s-%s" .Values.type $profile | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* The load in words where a profile takes part in it, and what takes precedence over the profile. */}}
{{- define "swarmfile.loadSaid" -}}
{{- if include "swarmfile.ofProfile" . -}}
{{- $words := list -}}
{{- range list "users" "spawnRate" "runTime" }}{{ if index $.Values.loadTest . }}{{ $words = append $words (printf "%s %v" . (index $.Values.loadTest .)) }}{{ end }}{{ end -}}
with the load of profile {{ .Values.loadTest.profile }}{{ with $words }}, except {{ join ", " . }}{{ end }}
{{- end -}}
{{- end }}
