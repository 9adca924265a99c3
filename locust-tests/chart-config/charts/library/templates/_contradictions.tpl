{{- /* Fails with the sentence of the first rule of files/contradictions.yaml that the values break. */}}
{{- define "swarmfile.checkContradictions" -}}
{{- $defaults := .Files.Get "files/defaults.json" | fromJson -}}
{{- $values := .Values -}}
{{- range $rule := .Files.Get "files/contradictions.yaml" | fromYamlArray -}}
{{- if not (include "swarmfile.unbroken" (dict "rule" $rule "values" $values "defaults" $defaults)) -}}
{{- $say := $rule.say -}}
{{- range $path := regexFindAll "\\{[^{}]+\\}" $say -1 -}}
{{- $say = replace $path (include "swarmfile.at" (list $values (trimAll "{}" $path))) $say -}}
{{- end -}}
{{- fail (printf "%s: %s" $rule.key $say) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* Some text where a condition of the rule does not hold. Takes rule, values and defaults. */}}
{{- define "swarmfile.unbroken" -}}
{{- $values := .values -}}
{{- $defaults := .defaults -}}
{{- range .rule.given }}{{ if not (include "swarmfile.at" (list $values .)) }}given{{ end }}{{ end -}}
{{- range .rule.without }}{{ if include "swarmfile.at" (list $values .) }}without{{ end }}{{ end -}}
{{- with .rule.any -}}
{{- $some := "" }}{{ range . }}{{ $some = printf "%s%s" $some (include "swarmfile.at" (list $values .)) }}{{ end -}}
{{- if not $some }}any{{ end -}}
{{- end -}}
{{- range .rule.changed -}}
{{- $default := include "swarmfile.at" (list (dict "is" (index $defaults .)) "is") -}}
{{- if eq $default (include "swarmfile.at" (list $values .)) }}changed{{ end -}}
{{- end -}}
{{- range $path, $pattern := .rule.like }}{{ if not (regexMatch $pattern (include "swarmfile.at" (list $values $path))) }}like{{ end }}{{ end -}}
{{- range $path, $pattern := .rule.unlike -}}
{{- $text := include "swarmfile.at" (list $values $path) }}{{ if or (not $text) (regexMatch $pattern $text) }}unlike{{ end -}}
{{- end -}}
{{- with .rule.more }}{{ if le (include "swarmfile.at" (list $values (first .)) | float64) (include "swarmfile.at" (list $values (last .)) | float64) }}more{{ end }}{{ end -}}
{{- with .rule.longer }}{{ if le (include "swarmfile.seconds" (include "swarmfile.at" (list $values (first .))) | int) (include "swarmfile.seconds" (include "swarmfile.at" (list $values (last .))) | int) }}longer{{ end }}{{ end -}}
{{- with .rule.same -}}
{{- $text := include "swarmfile.at" (list $values (first .)) }}{{ if or (not $text) (ne $text (include "swarmfile.at" (list $values (last .)))) }}same{{ end -}}
{{- end -}}
{{- range .rule.falling -}}
{{- $rises := true }}{{ $before := 0.0 -}}
{{- range include "swarmfile.at" (list $values .) | default "[]" | fromJsonArray }}{{ if le (float64 .) $before }}{{ $rises = false }}{{ end }}{{ $before = float64 . }}{{ end -}}
{{- if $rises }}falling{{ end -}}
{{- end -}}
{{- end }}

{{- /* What values hold at a path (a.b.c), a text as it is and all else as JSON; nothing where it is empty. Takes both. */}}
{{- define "swarmfile.at" -}}
{{- $found := first . -}}
{{- range splitList "." (last .) }}{{ if kindIs "map" $found }}{{ $found = index $found . }}{{ else }}{{ $found = "" }}{{ end }}{{ end -}}
{{- if $found }}{{ kindIs "string" $found | ternary $found (toJson $found) }}{{ end -}}
{{- end }}

{{- /* Seconds of a duration: 90, 2m, 1h30m. */}}
{{- define "swarmfile.seconds" -}}
{{- $seconds := 0 -}}
{{- range regexFindAll "[0-9]+[hms]?" (toString .) -1 -}}
{{- $factor := 1 }}{{ if hasSuffix "h" . }}{{ $factor = 3600 }}{{ else if hasSuffix "m" . }}{{ $factor = 60 }}{{ end -}}
{{- $seconds = add $seconds (mul $factor (regexFind "[0-9]+" . | int)) -}}
{{- end -}}
{{- $seconds -}}
{{- end }}
