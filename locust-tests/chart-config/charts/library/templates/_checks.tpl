{{- /* Fails with one sentence where values contradict each other in a way that a schema cannot say. */}}
{{- define "swarmfile.checks" -}}
{{- include "swarmfile.checkSizes" . -}}
{{- include "swarmfile.checkGuard" . -}}
{{- include "swarmfile.checkCredentials" . -}}
{{- include "swarmfile.checkProfile" . -}}
{{- include "swarmfile.checkSelectedFile" . -}}
{{- if and .Values.testData.existingClaim (or .Values.testData.files .Values.testData.inline .Values.testData.file .Values.testData.existingConfigMap .Values.testData.existingSecret) -}}
{{- fail "testData.existingClaim: a volume is the only source of /test_data; remove the other testData values or put their files on the volume" -}}
{{- end -}}
{{- with .Values.results.s3 -}}
{{- if and .bucket (not .existingSecret) }}{{ fail "results.s3.existingSecret is empty though results.s3.bucket is given; write the name of a Secret with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" }}{{ end -}}
{{- end -}}
{{- if not .Values.upstream -}}
{{- if not .Values.loadTest.host -}}
{{- fail "loadTest.host is empty; write the address of the system under test, for example --set loadTest.host=https://example.com" -}}
{{- end -}}
{{- end -}}
{{- if or .Values.arrivals.rate .Values.arrivals.stages -}}
{{- if .Values.stages }}{{ fail "stages: the load is arrivals; put stages with rates into arrivals.stages" }}{{ end -}}
{{- if .Values.loadTest.users }}{{ fail "loadTest.users: arrivals take as many users as they need; write arrivals.rate instead" }}{{ end -}}
{{- end -}}
{{- range $autoscaler := list "keda" "hpa" -}}
{{- $bounds := dig "worker" $autoscaler (dict) $.Values.upstream -}}
{{- if and (hasKey $bounds "minReplicas") (hasKey $bounds "maxReplicas") -}}
{{- if lt (int $bounds.maxReplicas) (int $bounds.minReplicas) -}}
{{- fail (printf "upstream.worker.%s.maxReplicas: %d is below minReplicas %d; write at least %d" $autoscaler (int $bounds.maxReplicas) (int $bounds.minReplicas) (int $bounds.minReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* A release is stored in one Secret of at most 1 MiB, where compressed files stand twice: as values and as manifests.
       What does not compress is refused by Kubernetes from some 380 KB on: a template cannot know how well a file does. */}}
{{- define "swarmfile.checkSizes" -}}
{{- $locustfile := include "swarmfile.locustfile" . | fromJson -}}
{{- $bytes := add (len $locustfile.inline) (len .Values.testData.inline) (len .Values.pipRequirements) -}}
{{- range .Values.libs.files }}{{ $bytes = add $bytes (len .) }}{{ end -}}
{{- range .Values.testData.files }}{{ $bytes = add $bytes (len .) }}{{ end -}}
{{- if gt $bytes 800000 -}}
{{- fail (printf "inline files hold %d KB together, a release at most 800 KB; put test data into a ConfigMap, Secret or volume of your own and name it in testData.existingConfigMap, testData.existingSecret or testData.existingClaim" (div $bytes 1000)) -}}
{{- end -}}
{{- end }}

{{- define "swarmfile.checkCredentials" -}}
{{- with .Values.auth -}}
{{- if and .existingSecret (or .username .password) }}{{ fail "auth: username/password and existingSecret are both given; keep one of them" }}{{ end -}}
{{- if and .username (not .password) }}{{ fail "auth.password is empty though auth.username is given; write it too, or use auth.existingSecret" }}{{ end -}}
{{- if and .password (not .username) }}{{ fail "auth.username is empty though auth.password is given; write it too, or use auth.existingSecret" }}{{ end -}}
{{- if and .bearer.token .bearer.existingSecret }}{{ fail "auth.bearer: token and existingSecret are both given; keep one of them" }}{{ end -}}
{{- if and .header.value .header.existingSecret }}{{ fail "auth.header: value and existingSecret are both given; keep one of them" }}{{ end -}}
{{- if and (or .header.value .header.existingSecret) (not .header.name) }}{{ fail "auth.header.name is empty; write the name of the header to send, for example X-API-Key" }}{{ end -}}
{{- if and .header.name (not (or .header.value .header.existingSecret)) }}{{ fail "auth.header: neither value nor existingSecret is given; write one of them" }}{{ end -}}
{{- $kinds := list -}}
{{- if or .username .existingSecret }}{{ $kinds = append $kinds "Basic auth" }}{{ end -}}
{{- if or .bearer.token .bearer.existingSecret }}{{ $kinds = append $kinds "auth.bearer" }}{{ end -}}
{{- if gt (len $kinds) 1 }}{{ fail "auth: Basic auth and auth.bearer both set the Authorization header; keep one of them" }}{{ end -}}
{{- end -}}
{{- with .Values.webLogin -}}
{{- if and .existingSecret (or .username .password) }}{{ fail "webLogin: username/password and existingSecret are both given; keep one of them" }}{{ end -}}
{{- if ne (empty .username) (empty .password) }}{{ fail "webLogin: username and password belong together; write both, or use webLogin.existingSecret" }}{{ end -}}
{{- end -}}
{{- range $key := list "http" "https" -}}
{{- if contains "@" (index $.Values.proxy $key) }}{{ fail (printf "proxy.%s holds a password; put it into a Secret with the keys HTTP_PROXY and HTTPS_PROXY and name it in proxy.existingSecret" $key) }}{{ end -}}
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
