{{- /* YAML: what files/pod.yaml says that every pod of a test needs. Takes root and definition. */}}
{{- define "swarmfile.parts" -}}
{{- $names := include "swarmfile.names" .root | fromYaml -}}
{{- $image := .root.Values.image -}}
{{- $package := include "swarmfile.package" .root | fromJson -}}
{{- tpl (.root.Files.Get "files/pod.yaml") (dict "test" .root.Values "names" $names "package" $package "definition" .definition "guard" (include "swarmfile.guard" .root | fromYaml) "image" (include "swarmfile.image" .root) "pullPolicy" $image.pullPolicy "webPort" 8089) -}}
{{- end }}

{{- define "swarmfile.image" -}}
{{- .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion -}}
{{- end }}

{{- /* YAML list: the arguments of a standalone master; the load is the plugin's to apply. */}}
{{- define "swarmfile.masterArgs" -}}
{{- with concat (gt (int .Values.workers.replicas) 0 | ternary (list "--master") list) .Values.loadTest.extraArgs }}{{ toYaml . }}{{ end }}
{{- end }}

{{- /* YAML list: the variables of a standalone pod; those of the values come last and so win. */}}
{{- define "swarmfile.env" -}}
{{- $scripts := include "swarmfile.scripts" .root | fromJson -}}
- name: LOCUST_HOST
  value: {{ quote .root.Values.loadTest.host }}
- name: LOCUST_LOCUSTFILE
  value: /opt/swarmfile/swarmfile/plugin.py,/mnt/locust/{{ first (keys $scripts) }}
{{- if eq .role "worker" }}
- name: LOCUST_MASTER_NODE_HOST
  value: {{ include "swarmfile.fullname" .root }}-master
- name: SWARMFILE_NODE
  valueFrom:
    fieldRef: {fieldPath: spec.nodeName}
{{- end }}
{{- if eq .root.Values.mode "job" }}
{{ include "swarmfile.jobEnv" . }}
{{- end }}
{{- range $name, $value := .parts.environment }}
- name: {{ $name }}
  value: {{ quote $value }}
{{- end }}
{{- with .root.Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* YAML list: by which a Job's pod knows whose it is: another Job of the same definition is another run. */}}
{{- define "swarmfile.jobEnv" -}}
- name: SWARMFILE_JOB
  valueFrom:
    fieldRef: {fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']"}
{{- end }}

{{- /* YAML: the pod template of a standalone master or worker. Takes root, role and definition. */}}
{{- define "swarmfile.podTemplate" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
metadata:
  labels:
    {{- include "swarmfile.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
    {{- if eq $values.mode "job" }}
    # While one Job succeeds another, workers find the master of their own run.
    swarmfile.io/definition: {{ .definition | trunc 32 | quote }}
    {{- end }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: locust
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- mergeOverwrite (include "swarmfile.podSpec" (include "swarmfile.ownPod" . | fromYaml) | fromYaml) (deepCopy $values.podSpec) | toYaml | nindent 2 }}
{{- end }}

{{- /* YAML: a standalone master or worker as swarmfile.podSpec takes it. Takes root, role and definition. */}}
{{- define "swarmfile.ownPod" -}}
{{- $values := .root.Values -}}
{{- $names := include "swarmfile.names" .root | fromYaml -}}
{{- $parts := include "swarmfile.parts" (dict "root" .root "definition" .definition) | fromYaml -}}
{{- $master := eq .role "master" -}}
{{- $sources := $values.envFrom }}
{{- range $parts.environmentFromSecrets }}{{ $sources = append $sources (dict "secretRef" (dict "name" .)) }}{{ end -}}
serviceAccountName: {{ include "swarmfile.serviceAccountName" .root }}
restartPolicy: {{ ne $values.mode "job" | ternary "Always" ($master | ternary "Never" "OnFailure") }}
terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
podSecurityContext: {{- mergeOverwrite $parts.podSecurityContext $values.podSecurityContext | toYaml | nindent 2 }}
podOptions:
  {{- pick $values "imagePullSecrets" "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" "priorityClassName" | toYaml | nindent 2 }}
  {{- if $master }}
  initContainers: {{- index $parts.master "initContainers" | default list | toYaml | nindent 4 }}
  {{- end }}
container:
  image: {{ include "swarmfile.image" .root }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  # Where a container dies without a word of its own, kubectl describe shows the end of its log.
  terminationMessagePolicy: FallbackToLogsOnError
  command: [sh, /etc/swarmfile/docker-entrypoint.sh]
  args: {{- $master | ternary (include "swarmfile.masterArgs" .root) "- --worker" | fromYamlArray | toYaml | nindent 4 }}
  env:
    {{- include "swarmfile.env" (dict "root" .root "role" .role "parts" $parts) | nindent 4 }}
  resources: {{- $master | ternary $values.resources $values.workers.resources | toYaml | nindent 4 }}
  securityContext: {{- mergeOverwrite $parts.securityContext $values.securityContext | toYaml | nindent 4 }}
  volumeMounts:
    - {name: scripts, mountPath: /mnt/locust, readOnly: true}
    - {name: libs, mountPath: /mnt/locust/lib, readOnly: true}
    {{- concat $parts.volumeMounts ($master | ternary $parts.master.volumeMounts list) $values.extraVolumeMounts | toYaml | nindent 4 }}
containerOptions:
  envFrom: {{- toYaml $sources | nindent 4 }}
  {{- if $master }}
  ports:
    - {name: web, containerPort: 8089}
    - {name: master, containerPort: 5557}
  readinessProbe:
    httpGet: {path: /, port: web}
    initialDelaySeconds: 3
    periodSeconds: 2
    timeoutSeconds: 5
  {{- end }}
volumes:
  - {name: scripts, configMap: {name: {{ $names.scripts }}}}
  - {name: libs, configMap: {name: {{ $names.libs }}}}
  {{- concat $parts.volumes ($master | ternary $parts.master.volumes list) $values.extraVolumes | toYaml | nindent 2 }}
{{- end }}

{{- /* YAML: what ends and removes a Job, alike for master and workers. */}}
{{- define "swarmfile.jobLimits" -}}
{{- with .Values.job.activeDeadlineSeconds }}
activeDeadlineSeconds: {{ . }}
{{- end }}
{{- if ne .Values.job.ttlSecondsAfterFinished nil }}
ttlSecondsAfterFinished: {{ .Values.job.ttlSecondsAfterFinished }}
{{- end }}
{{- end }}
