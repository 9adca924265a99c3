{{- /* YAML: upstream's values over the upstream chart's defaults. */}}
{{- define "swarmfile.upstream" -}}
{{- mergeOverwrite (.Files.Get "files/upstream-defaults.yaml" | fromYaml) (deepCopy .Values.upstream) | toYaml -}}
{{- end }}

{{- /* The labels by which the upstream chart's Services and policies find its master; so they find our Job's pod. */}}
{{- define "swarmfile.upstreamSelectorLabels" -}}
{{- $upstream := include "swarmfile.upstream" . | fromYaml -}}
app.kubernetes.io/name: {{ $upstream.nameOverride | default "locust" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Values.names.upstream }}
load_test: {{ $upstream.loadtest.name }}
{{- end }}

{{- /* YAML list: the arguments of upstream's master; that a Job starts and ends by itself is the plugin's to apply. */}}
{{- define "swarmfile.upstreamArgs" -}}
{{- $upstream := include "swarmfile.upstream" . | fromYaml -}}
- --master
{{- with $upstream.master.args }}
{{ toYaml . }}
{{- end }}
{{- if $upstream.loadtest.headless }}
- --headless
{{- end }}
{{- if ne (toString $upstream.service.targetPort) "8089" }}
- --web-port {{ $upstream.service.targetPort }}
{{- end }}
{{- if $upstream.master.auth.enabled }}
- --web-login
{{- end }}
{{- with $upstream.loadtest.tags }}
- --tags {{ . }}
{{- end }}
{{- with $upstream.loadtest.excludeTags }}
- --exclude-tags {{ . }}
{{- end }}
{{- end }}

{{- /* YAML: the pod template of upstream's master as a Job: what upstream's master-deployment.yaml makes, in its order,
       but with our ServiceAccount and start script, which exist before the upstream release does, and never restarted. */}}
{{- define "swarmfile.upstreamPodTemplate" -}}
{{- $upstream := include "swarmfile.upstream" . | fromYaml -}}
metadata:
  labels:
    component: master
    {{- include "swarmfile.upstreamSelectorLabels" . | nindent 4 }}
    app.kubernetes.io/managed-by: {{ .Release.Service }}
    app.kubernetes.io/part-of: swarmfile
    swarmfile.io/type: {{ include "swarmfile.type" . }}
    {{- range $key, $value := $upstream.extraLabels }}
    {{ $key }}: {{ quote $value }}
    {{- end }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with mergeOverwrite (deepCopy $upstream.master.annotations) .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- mergeOverwrite (include "swarmfile.podSpec" (include "swarmfile.upstreamPod" . | fromYaml) | fromYaml) (deepCopy .Values.podSpec) | toYaml | nindent 2 }}
{{- end }}

{{- /* YAML: upstream's master in a Job as swarmfile.podSpec takes it; lists are in the order of upstream's. */}}
{{- define "swarmfile.upstreamPod" -}}
{{- $upstream := include "swarmfile.upstream" . | fromYaml -}}
{{- $load := $upstream.loadtest -}}
{{- $master := $upstream.master -}}
serviceAccountName: {{ include "swarmfile.serviceAccountName" . }}
restartPolicy: Never
terminationGracePeriodSeconds: {{ $master.terminationGracePeriodSeconds }}
podSecurityContext: {{- toYaml $upstream.podSecurityContext | nindent 2 }}
podOptions:
  {{- pick $upstream "imagePullSecrets" "hostAliases" | toYaml | nindent 2 }}
  initContainers: {{- toYaml $master.initContainers | nindent 4 }}
  {{- range $field := list "nodeSelector" "affinity" "tolerations" }}
  {{ $field }}: {{- index $master $field | default (index $upstream $field) | toYaml | nindent 4 }}
  {{- end }}
container:
  image: {{ $master.image | default (printf "%v:%v" $upstream.image.repository $upstream.image.tag) | quote }}
  imagePullPolicy: {{ $upstream.image.pullPolicy }}
  args:
    {{- include "swarmfile.upstreamArgs" . | nindent 4 }}
  resources: {{- toYaml $master.resources | nindent 4 }}
  securityContext: {{- toYaml $upstream.securityContext | nindent 4 }}
  ports:
    - {name: loc-master-web, containerPort: {{ $upstream.service.targetPort }}, protocol: TCP}
    - {name: loc-master-p1, containerPort: 5557, protocol: TCP}
    - {name: loc-master-p2, containerPort: 5558, protocol: TCP}
    {{- with $master.extraPorts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumeMounts:
    {{- include "swarmfile.upstreamMounts" $upstream | nindent 4 }}
containerOptions:
  {{- pick $master "command" "readinessProbe" "livenessProbe" "startupProbe" "lifecycle" | toYaml | nindent 2 }}
  env:
    {{- include "swarmfile.upstreamEnv" . | nindent 4 }}
  envFrom:
    {{- range $load.environment_load_from_secrets }}
    - secretRef:
        name: {{ . }}
    {{- end }}
volumes:
  {{- include "swarmfile.upstreamVolumes" (dict "upstream" $upstream "settings" (include "swarmfile.names" . | fromYaml).settings) | nindent 2 }}
{{- end }}

{{- /* YAML list: the mounts of upstream's master. Takes upstream's values. */}}
{{- define "swarmfile.upstreamMounts" -}}
{{- $load := .loadtest -}}
{{- if $load.locust_locustfile_configmap }}
- {name: locustfile, mountPath: {{ quote $load.locust_locustfile_path }}}
{{- end }}
{{- if $load.locust_lib_configmap }}
- {name: lib, mountPath: {{ printf "%s/lib" $load.locust_locustfile_path | quote }}}
{{- end }}
{{- if $load.pip_requirementsfile_configmap }}
- {name: packages, mountPath: {{ quote $load.locust_requirementsfile_path }}}
{{- end }}
- {name: config, mountPath: /config}
{{- range $name, $path := .extraConfigMaps }}
- {name: {{ $name }}, mountPath: {{ quote $path }}}
{{- end }}
{{- with .master.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- with $load.mount_external_secret }}
- {name: external-secrets, mountPath: {{ quote .mountPath }}, readOnly: true}
{{- end }}
{{- end }}

{{- /* YAML list: the volumes of upstream's master, with the start script from our settings. Takes upstream and settings. */}}
{{- define "swarmfile.upstreamVolumes" -}}
{{- $load := .upstream.loadtest -}}
{{- with $load.locust_lib_configmap }}
- {name: lib, configMap: {name: {{ . }}}}
{{- end }}
{{- with $load.locust_locustfile_configmap }}
- {name: locustfile, configMap: {name: {{ . }}}}
{{- end }}
{{- with $load.pip_requirementsfile_configmap }}
- {name: packages, configMap: {name: {{ . }}}}
{{- end }}
- name: config
  configMap:
    name: {{ .settings }}
    items:
      - {key: docker-entrypoint.sh, path: docker-entrypoint.sh}
{{- range $name, $_ := .upstream.extraConfigMaps }}
- {name: {{ $name }}, configMap: {name: {{ $name }} }}
{{- end }}
{{- with .upstream.master.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- with $load.mount_external_secret }}
- name: external-secrets
  projected:
    sources:
      {{- range $secret, $keys := .files }}
      {{- range $key := $keys }}
      - secret:
          name: {{ $secret }}
          items:
            - {key: {{ quote $key }}, path: {{ quote $key }}}
      {{- end }}
      {{- end }}
{{- end }}
{{- end }}

{{- /* YAML list: the variables of upstream's master. Those of environment_secret stand in the Secret that upstream makes. */}}
{{- define "swarmfile.upstreamEnv" -}}
{{- $upstream := include "swarmfile.upstream" . | fromYaml -}}
{{- $load := $upstream.loadtest }}
{{ include "swarmfile.jobEnv" . }}
{{- if $upstream.master.envs_include_default }}
- name: LOCUST_HOST
  value: {{ quote $load.locust_host }}
- name: LOCUST_LOGLEVEL
  value: {{ quote $upstream.master.logLevel }}
- name: LOCUST_LOCUSTFILE
  value: {{ printf "%s/%s" $load.locust_locustfile_path $load.locust_locustfile | quote }}
{{- end }}
{{- range $environment := list $load.environment $upstream.master.environment }}
{{- range $name, $value := $environment }}
- name: {{ $name }}
  value: {{ quote $value }}
{{- end }}
{{- end }}
{{- range $name, $_ := $load.environment_secret }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "swarmfile.upstreamFullname" $ }}
      key: {{ $name }}
{{- end }}
{{- range $secret, $keys := $load.environment_external_secret }}
{{- range $key := $keys }}
- name: {{ $key }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $key }}
{{- end }}
{{- end }}
{{- end }}
