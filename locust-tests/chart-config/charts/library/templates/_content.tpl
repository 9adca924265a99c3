{{- /* A ConfigMap's data and binaryData from a dict of names and contents. JSON strings keep every byte of a text;
       what YAML cannot hold as text (control characters, other encodings) goes to binaryData. */}}
{{- define "swarmfile.data" -}}
{{- $notText := "[^\\t\\n\\r -~\\x{a0}-\\x{d7ff}\\x{e000}-\\x{fefe}\\x{ff00}-\\x{fffc}\\x{10000}-\\x{10ffff}]" -}}
{{- $text := dict -}}
{{- $binary := dict -}}
{{- range $name, $content := . }}{{ $_ := set (regexMatch $notText $content | ternary $binary $text) $name $content }}{{ end -}}
{{- with $text }}
data:
{{- range $name, $content := . }}
  {{ quote $name }}: {{ toJson $content }}
{{- end }}
{{- end }}
{{- with $binary }}
binaryData:
{{- range $name, $content := . }}
  {{ quote $name }}: {{ b64enc $content }}
{{- end }}
{{- end }}
{{- end }}

{{- /* JSON: the locustfile as a map with file and inline, however it was written. */}}
{{- define "swarmfile.locustfile" -}}
{{- $given := .Values.locustfile -}}
{{- if kindIs "string" $given }}{{ $given = dict "file" $given }}{{ end -}}
{{- $given = $given | default dict -}}
{{- dict "file" (index $given "file" | default (printf "%s.py" .Values.type)) "inline" (index $given "inline" | default "") | toJson -}}
{{- end }}

{{- /* JSON: name and content of the script. */}}
{{- define "swarmfile.scripts" -}}
{{- $locustfile := include "swarmfile.locustfile" . | fromJson -}}
{{- $content := $locustfile.inline | default (.Files.Get (printf "files/%s" $locustfile.file)) -}}
{{- if not $content -}}
{{- $there := list -}}
{{- range $path, $_ := .Files.Glob "files/*.py" }}{{ $there = append $there (base $path) }}{{ end -}}
{{- fail (printf "locustfile.file: %s is not in the chart's files/; write one of %s, or give the script itself: --set-file locustfile.inline=my.py" $locustfile.file (join ", " $there)) -}}
{{- end -}}
{{- dict (base $locustfile.file) $content | toJson -}}
{{- end }}

{{- /* JSON: names and contents of the modules that scripts import from lib; those of the values replace the chart's. */}}
{{- define "swarmfile.libs" -}}
{{- $libs := dict -}}
{{- range $path, $content := .Files.Glob "files/lib/*.py" }}{{ $_ := set $libs (base $path) (toString $content) }}{{ end -}}
{{- mergeOverwrite $libs .Values.libs.files | toJson -}}
{{- end }}

{{- /* JSON: our package, room by room: ConfigMaps by name, each with paths and contents; the command line stays out. */}}
{{- define "swarmfile.package" -}}
{{- $name := (include "swarmfile.names" . | fromYaml).package -}}
{{- $rooms := dict -}}
{{- range $path, $content := .Subcharts.library.Files.Glob "files/swarmfile/{*.py,*/*.py}" -}}
{{- $inside := trimPrefix "files/swarmfile/" $path -}}
{{- $room := dir $inside -}}
{{- if and (ne $room "cli") (ne $inside "__main__.py") -}}
{{- $key := eq $room "." | ternary $name (printf "%s-%s" $name $room) -}}
{{- $_ := set $rooms $key (set (index $rooms $key | default dict) (printf "swarmfile/%s" $inside) (toString $content)) -}}
{{- end -}}
{{- end -}}
{{- toJson $rooms -}}
{{- end }}

{{- /* JSON: names and contents of the test data that the release itself holds. */}}
{{- define "swarmfile.testData" -}}
{{- $data := deepCopy (.Values.testData.files | default dict) -}}
{{- with .Values.testData.inline }}{{ $_ := set $data "batch_input.jsonl" . }}{{ end -}}
{{- with .Values.testData.file -}}
{{- $content := $.Files.Get (printf "files/%s" .) -}}
{{- if not $content -}}
{{- fail (printf "testData.file: %s is not in the chart's files/; put it there, or give the data itself: --set-file testData.inline=data.jsonl" .) -}}
{{- end -}}
{{- $_ := set $data (base .) $content -}}
{{- end -}}
{{- toJson $data -}}
{{- end }}

{{- /* JSON: the settings that the pods read: what files/pod-keys.json lists, never credentials, never what only Kubernetes
       needs. swarmfile run lets its processes know the same. */}}
{{- define "swarmfile.settings" -}}
{{- $settings := dict -}}
{{- range $path := .Files.Get "files/pod-keys.json" | fromJsonArray -}}
{{- $names := splitList "." $path -}}
{{- $from := $.Values -}}
{{- $to := $settings -}}
{{- range initial $names -}}
{{- $from = index $from . -}}
{{- if not (hasKey $to .) }}{{ $_ := set $to . dict }}{{ end -}}
{{- $to = index $to . -}}
{{- end -}}
{{- if kindIs "map" $from }}{{ $_ := set $to (last $names) (index $from (last $names)) }}{{ end -}}
{{- end -}}
{{- $settings = deepCopy $settings -}}
{{- $_ := set $settings "type" (include "swarmfile.type" .) -}}
{{- /* helm 4 leaves out what is null, helm 3 does not; an assertion's null means that nothing is asserted. */ -}}
{{- range $key := list "users" "spawnRate" "runTime" }}{{ $_ := set $settings.loadTest $key (index $settings.loadTest $key) }}{{ end -}}
{{- $_ := set $settings.loadTest "expectWorkers" (include "swarmfile.expectedWorkers" . | int) -}}
{{- range $key := list "p95ThresholdMs" "errorRateThreshold" }}{{ $_ := set $settings.assertions $key (index $settings.assertions $key) }}{{ end -}}
{{- /* helm's --set gives a number with a fraction as text. */ -}}
{{- range $numbers := concat (list $settings.loadTest $settings.arrivals $settings.assertions $settings.validity) $settings.stages (values $settings.profiles) -}}
{{- range $key := list "spawnRate" "maxDropped" "p95ThresholdMs" "errorRateThreshold" "deliveryTolerance" "workerLossToleranceS" "saturationTolerance" "scriptErrorTolerance" -}}
{{- if kindIs "string" (index $numbers $key) }}{{ $_ := set $numbers $key (float64 (index $numbers $key)) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $locustfile := include "swarmfile.locustfile" . | fromJson -}}
{{- $_ := set $settings "locustfile" (dict "file" (base $locustfile.file)) -}}
{{- toPrettyJson $settings -}}
{{- end }}

{{- /* How many workers the load waits for; 0 where an autoscaler sets their number, or one pod runs the whole test. */}}
{{- define "swarmfile.expectedWorkers" -}}
{{- $worker := .Values.upstream.worker | default dict -}}
{{- if not .Values.upstream -}}
{{- .Values.workers.replicas -}}
{{- else if or (dig "keda" "enabled" false $worker) (dig "hpa" "enabled" false $worker) -}}
0
{{- else -}}
{{- dig "replicas" 1 $worker -}}
{{- end -}}
{{- end }}

{{- /* What pip reads, "" where the script needs no packages. */}}
{{- define "swarmfile.requirements" -}}
{{- range .Values.pipPackages }}{{ . }}{{ "\n" }}{{ end -}}
{{- .Values.pipRequirements -}}
{{- end }}

{{- /* JSON: our Secret's keys and values; files/pod.yaml mounts the same keys. */}}
{{- define "swarmfile.credentials" -}}
{{- $keys := dict -}}
{{- with .Values.auth -}}
{{- if .username }}{{ $_ := set $keys "username" .username }}{{ $_ := set $keys "password" .password }}{{ end -}}
{{- with .bearer.token }}{{ $_ := set $keys "token" . }}{{ end -}}
{{- with .header.name }}{{ $_ := set $keys "header-name" . }}{{ end -}}
{{- with .header.value }}{{ $_ := set $keys "header-value" . }}{{ end -}}
{{- end -}}
{{- if .Values.tls.insecure }}{{ $_ := set $keys "insecure" "true" }}{{ end -}}
{{- with .Values.webLogin -}}
{{- if .username }}{{ $_ := set $keys "web-username" .username }}{{ $_ := set $keys "web-password" .password }}{{ end -}}
{{- end -}}
{{- toJson $keys -}}
{{- end }}

{{- /* The start script of our pods: as upstream's, with the packages from requirements.txt.
       Upstream's arguments may hold several words in one, as upstream's entrypoint allows: $@ stays unquoted there.
       pip's own complaint is many lines long and names no key of ours: the last line does. */}}
{{- define "swarmfile.entrypoint" -}}
#!/bin/sh
set -eu
{{- if or .Values.upstream (include "swarmfile.requirements" .) }}
refuse() {
  echo "swarmfile: $1: pip could not install what stands there; its reason stands above" >&2
  exit 3
}
{{- end }}
{{- if .Values.upstream }}
{{- $loadtest := (include "swarmfile.upstream" . | fromYaml).loadtest }}
requirements="{{ $loadtest.locust_requirementsfile_path }}/{{ $loadtest.pip_requirementsfile }}"
if [ -f "$requirements" ]; then
  pip install --no-cache-dir -r "$requirements" || refuse "pipPackages, pipRequirements"
fi
{{- with $loadtest.pip_packages }}
pip install --no-cache-dir{{ range . }} {{ squote . }}{{ end }} || refuse loadtest.pip_packages
{{- end }}
exec {{ $loadtest.locustCmd }} $@
{{- else }}
{{- if include "swarmfile.requirements" . }}
pip install --no-cache-dir -r /etc/swarmfile/requirements.txt || refuse "pipPackages, pipRequirements"
{{- end }}
exec locust "$@"
{{- end }}
{{- end }}

{{- /* SHA-256 of all that makes a run and its pods: the Job's name and the run's marker are made of it. In an environment
       the wiring made it. It is readable by all who may see pods: credentials go into it through scrypt, which cannot be
       guessed back. */}}
{{- define "swarmfile.definition" -}}
{{- with dig "loadtest" "environment" "SWARMFILE_DEFINITION" "" .Values.upstream -}}
{{- list . (include "swarmfile.upstreamPodTemplate" $) | toJson | sha256sum -}}
{{- else -}}
{{- $credentials := include "swarmfile.credentials" . -}}
{{- if ne $credentials "{}" }}{{ $credentials = derivePassword 1 "maximum" $credentials "swarmfile" "credentials" }}{{ end -}}
{{- $parts := list (include "swarmfile.scripts" .) (include "swarmfile.libs" .) (include "swarmfile.package" .) (include "swarmfile.settings" .) (include "swarmfile.testData" .) (include "swarmfile.requirements" .) $credentials -}}
{{- if .Values.upstream -}}
{{- $parts = append $parts (include "swarmfile.upstreamPodTemplate" .) -}}
{{- else -}}
{{- range $role := ternary (list "master" "worker") (list "master") (gt (int .Values.workers.replicas) 0) }}{{ $parts = append $parts (include "swarmfile.podTemplate" (dict "root" $ "role" $role "definition" "")) }}{{ end -}}
{{- end -}}
{{- toJson $parts | sha256sum -}}
{{- end -}}
{{- end }}
