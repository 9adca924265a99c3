{{- /* Puts the default where a value is null: helm leaves such keys out. Each template begins with it. What is null in a map
       of one's own (a profile, a limit of resources) stays away, and an assertion's null means that nothing is asserted. */}}
{{- define "swarmfile.defaults" -}}
{{- $unasserted := kindIs "map" .Values.assertions | ternary (list "assertions.p95ThresholdMs" "assertions.errorRateThreshold") list -}}
{{- range $path, $default := .Files.Get "files/defaults.json" | fromJson -}}
{{- $names := splitList "." $path -}}
{{- $section := $.Values -}}
{{- range initial $names -}}
{{- if not (kindIs "map" (index $section .)) }}{{ $_ := set $section . dict }}{{ end -}}
{{- $section = index $section . -}}
{{- end -}}
{{- if and (kindIs "invalid" (index $section (last $names))) (not (has $path $unasserted)) -}}
{{- $_ := set $section (last $names) $default -}}
{{- end -}}
{{- end -}}
{{- end }}
