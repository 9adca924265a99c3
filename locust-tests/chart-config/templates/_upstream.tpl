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
  {{- mergeOverwrite (include "swarmfile.upstreamPodSpec" . | fromYaml) (deepCopy .Values.podSpec) | toYaml | nindent 2 }}
{{- end }}

{{- define "swarmfile.upstreamPodSpec" -}}
{{- $upstream := include "swarmfile.upstream" . | fromYaml -}}
{{- $load := $upstream.loadtest -}}
{{- $master := $upstream.master -}}
{{- $names := include "swarmfile.names" . | fromYaml -}}
serviceAccountName: {{ include "swarmfile.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
{{- with $upstream.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml $upstream.podSecurityContext | nindent 2 }}
terminationGracePeriodSeconds: {{ $master.terminationGracePeriodSeconds }}
{{- with $upstream.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $master.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: locust
    securityContext:
      {{- toYaml $upstream.securityContext | nindent 6 }}
    image: {{ $master.image | default (printf "%v:%v" $upstream.image.repository $upstream.image.tag) | quote }}
    {{- with $master.command }}
    command:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    args:
      {{- include "swarmfile.upstreamArgs" . | nindent 6 }}
    imagePullPolicy: {{ $upstream.image.pullPolicy }}
    resources:
      {{- toYaml $master.resources | nindent 6 }}
    {{- with include "swarmfile.upstreamEnv" . }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    {{- with $load.environment_load_from_secrets }}
    envFrom:
      {{- range . }}
      - secretRef:
          name: {{ . }}
      {{- end }}
    {{- end }}
    ports:
      - containerPort: {{ $upstream.service.targetPort }}
        name: loc-master-web
        protocol: TCP
      - containerPort: 5557
        name: loc-master-p1
        protocol: TCP
      - containerPort: 5558
        name: loc-master-p2
        protocol: TCP
      {{- with $master.extraPorts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- range $probe := list "readinessProbe" "livenessProbe" "startupProbe" "lifecycle" }}
    {{- with index $master $probe }}
    {{ $probe }}:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
    volumeMounts:
      {{- if $load.locust_locustfile_configmap }}
      - name: locustfile
        mountPath: {{ $load.locust_locustfile_path }}
      {{- end }}
      {{- if $load.locust_lib_configmap }}
      - name: lib
        mountPath: {{ $load.locust_locustfile_path }}/lib
      {{- end }}
      {{- if $load.pip_requirementsfile_configmap }}
      - name: packages
        mountPath: {{ $load.locust_requirementsfile_path }}
      {{- end }}
      - name: config
        mountPath: /config
      {{- range $name, $path := $upstream.extraConfigMaps }}
      - name: {{ $name }}
        mountPath: {{ $path }}
      {{- end }}
      {{- with $master.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- with $load.mount_external_secret }}
      - name: external-secrets
        mountPath: {{ .mountPath }}
        readOnly: true
      {{- end }}
volumes:
  {{- with $load.locust_lib_configmap }}
  - name: lib
    configMap:
      name: {{ . }}
  {{- end }}
  {{- with $load.locust_locustfile_configmap }}
  - name: locustfile
    configMap:
      name: {{ . }}
  {{- end }}
  {{- with $load.pip_requirementsfile_configmap }}
  - name: packages
    configMap:
      name: {{ . }}
  {{- end }}
  - name: config
    configMap:
      name: {{ $names.settings }}
      items:
        - key: docker-entrypoint.sh
          path: docker-entrypoint.sh
  {{- range $name, $_ := $upstream.extraConfigMaps }}
  - name: {{ $name }}
    configMap:
      name: {{ $name }}
  {{- end }}
  {{- with $master.extraVolumes }}
  {{- toYaml . | nindent 2 }}
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
              - key: {{ $key }}
                path: {{ $key }}
        {{- end }}
        {{- end }}
  {{- end }}
{{- with $master.nodeSelector | default $upstream.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $master.affinity | default $upstream.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $master.tolerations | default $upstream.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
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
