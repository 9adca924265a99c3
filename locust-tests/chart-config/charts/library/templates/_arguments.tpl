{{- /* Fails with the first of Locust's arguments that cannot be meant so. */}}
{{- define "swarmfile.checkArguments" -}}
{{- $code := list (include "swarmfile.scripts" .) (include "swarmfile.libs" .) .Values.pipPackages .Values.pipRequirements (dig "loadtest" "pip_packages" list .Values.upstream) | toJson -}}
{{- /* Locust asks scripts for options of their own, and plugins bring theirs. */ -}}
{{- $open := or (regexMatch "command_line_parser|locust[_-]plugins" $code) (ne (dig "image" "repository" "locustio/locust" .Values.upstream) "locustio/locust") -}}
{{- range $role := list "master" "worker" -}}
{{- include "swarmfile.checkWords" (dict "root" $ "open" $open "key" (printf "upstream.%s.args" $role) "entries" (dig $role "args" list $.Values.upstream)) -}}
{{- end -}}
{{- include "swarmfile.checkWords" (dict "root" . "open" $open "key" "loadTest.extraArgs" "entries" .Values.loadTest.extraArgs) -}}
{{- end }}

{{- /* Fails with the first word that Locust's parser would not take, or that does nothing here. Takes root, open, key and entries. */}}
{{- define "swarmfile.checkWords" -}}
{{- $key := .key -}}
{{- $options := .root.Files.Get "files/locust-options.json" | fromJson -}}
{{- $refused := .root.Files.Get "files/refused-arguments.yaml" | fromYaml -}}
{{- $open := .open -}}
{{- $asked := dict -}}
{{- range $word := regexSplit "\\s+" (join " " (.entries | default list) | trim) -1 -}}
{{- if regexMatch "^-([^0-9]|$)" $word -}}
{{- if and $asked (ne $asked.takes "many") }}{{ fail (printf "%s: %s has no value; write for example %s" $key $asked.name $asked.example) }}{{ end -}}
{{- $parts := splitn "=" 2 $word -}}
{{- $name := $parts._0 }}{{ $value := $parts._1 -}}
{{- if not (or (hasPrefix "--" $word) (hasKey $options $name)) }}{{ $name = trunc 2 $word }}{{ $value = trimPrefix $name $word }}{{ end -}}
{{- $option := index $options $name | default dict -}}
{{- if not (or $option $open) }}{{ fail (printf "%s: %s is no option of Locust; write one that `locust --help` lists" $key $name) }}{{ end -}}
{{- with $option -}}
{{- with index $refused .name }}{{ fail (printf "%s: %s: %s" $key $option.name .) }}{{ end -}}
{{- if and (eq .takes "none") (contains "=" $word) }}{{ fail (printf "%s: %s takes no value; write %s" $key .name .name) }}{{ end -}}
{{- if and $value (ne .takes "none") (not (regexMatch .pattern $value)) }}{{ fail (printf "%s: %s: %s cannot be read; write for example %s" $key .name $value .example) }}{{ end -}}
{{- if and (contains "=" $word) (not $value) }}{{ fail (printf "%s: %s has no value; write for example %s" $key .name .example) }}{{ end -}}
{{- end -}}
{{- $asked = dict "takes" "many" -}}
{{- if $option }}{{ $asked = and (ne $option.takes "none") (not $value) | ternary $option dict }}{{ end -}}
{{- else if $word -}}
{{- if not $asked }}{{ fail (printf "%s: %s belongs to no option; an option begins with two hyphens, such as --users=10" $key $word) }}{{ end -}}
{{- if and $asked.pattern (not (regexMatch $asked.pattern $word)) }}{{ fail (printf "%s: %s: %s cannot be read; write for example %s" $key $asked.name $word $asked.example) }}{{ end -}}
{{- if ne $asked.takes "many" }}{{ $asked = dict }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if and $asked (ne $asked.takes "many") }}{{ fail (printf "%s: %s has no value; write for example %s" $key $asked.name $asked.example) }}{{ end -}}
{{- end }}
