{{- /* Puts the default where a value is missing or null. Each template begins with it. */}}
{{- define "swarmfile.defaults" -}}
{{- $_ := tpl (.Files.Get "files/with-defaults.gotmpl") (dict "test" .Values "defaults" (.Files.Get "files/defaults.json" | fromJson)) -}}
{{- end }}
