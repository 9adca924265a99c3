{{- /* Fails with one sentence where values contradict each other in a way that a schema cannot say. */}}
{{- define "swarmfile.checks" -}}
{{- include "swarmfile.checkSizes" . -}}
{{- include "swarmfile.checkContradictions" . -}}
{{- include "swarmfile.checkArguments" . -}}
{{- include "swarmfile.checkGuard" . -}}
{{- include "swarmfile.checkProfile" . -}}
{{- include "swarmfile.checkSelectedFile" . -}}
{{- if not .Values.upstream -}}
{{- if not .Values.loadTest.host -}}
{{- fail "loadTest.host is empty; write the address of the system under test, for example --set loadTest.host=https://example.com" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* A release is stored in one Secret of at most 1 MiB, where compressed files stand twice: as values and as manifests.
       What does not compress is refused by Kubernetes from some 330 KB on: a template cannot know how well a file does. */}}
{{- define "swarmfile.checkSizes" -}}
{{- $locustfile := include "swarmfile.locustfile" . | fromJson -}}
{{- $bytes := add (len $locustfile.inline) (len .Values.testData.inline) (len .Values.pipRequirements) -}}
{{- range .Values.libs.files }}{{ $bytes = add $bytes (len .) }}{{ end -}}
{{- range .Values.testData.files }}{{ $bytes = add $bytes (len .) }}{{ end -}}
{{- if gt $bytes 800000 -}}
{{- fail (printf "inline files hold %d KB together, a release at most 800 KB; put test data into a ConfigMap, Secret or volume of your own and name it in testData.existingConfigMap, testData.existingSecret or testData.existingClaim" (div $bytes 1000)) -}}
{{- end -}}
{{- end }}

{{- /* A profile that is chosen and changes nothing is a test that its user did not mean. */}}
{{- define "swarmfile.checkProfile" -}}
{{- $load := .Values.loadTest -}}
{{- $profile := index .Values.profiles $load.profile -}}
{{- if not (or $profile (and .Values.upstream (not $load.profile))) -}}
{{- fail (printf "loadTest.profile: %s is not one of %s; add it to profiles or choose one of these" $load.profile (keys .Values.profiles | sortAlpha | join ", ")) -}}
{{- end -}}
{{- if not (or .Values.upstream (eq $load.profile "smoke")) -}}
{{- if not (or (include "swarmfile.ofProfile" .) (and $profile.selectedFile (not .Values.testData.selectedFile))) -}}
{{- $instead := "loadTest.users, spawnRate and runTime are all" -}}
{{- if or .Values.arrivals.rate .Values.arrivals.stages }}{{ $instead = "the load is arrivals, which are" }}{{ end -}}
{{- if .Values.stages }}{{ $instead = "stages are" }}{{ end -}}
{{- fail (printf "loadTest.profile: %s changes nothing, since %s given as well; leave the profile out, or set those to null to use it" $load.profile $instead) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* What lies in ConfigMaps, Secrets and volumes of a user's own is not known here. */}}
{{- define "swarmfile.checkSelectedFile" -}}
{{- $data := .Values.testData -}}
{{- $profile := dig $.Values.loadTest.profile "selectedFile" "" $.Values.profiles -}}
{{- $key := empty $data.selectedFile | not | ternary "testData.selectedFile" (printf "profiles.%s.selectedFile" .Values.loadTest.profile) -}}
{{- $selected := $data.selectedFile | default $profile -}}
{{- if and $selected (not (or $data.existingConfigMap $data.existingSecret $data.existingClaim)) -}}
{{- $there := include "swarmfile.testData" . | fromJson -}}
{{- if not $there -}}
{{- fail (printf "%s: %s is chosen, but there is no test data; give it by --set-file 'testData.files.%s=…'" $key $selected (replace "." "\\." $selected)) -}}
{{- end -}}
{{- if not (hasKey $there $selected) -}}
{{- fail (printf "%s: %s is not among the test data; write one of %s" $key $selected (keys $there | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- end }}
