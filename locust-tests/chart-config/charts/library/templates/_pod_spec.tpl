{{- /* YAML: the specification of a pod that runs Locust, from a plain dict, with podSpec of the values over it.
       swarmfile.ownPod makes the dict from our values, swarmfile.upstreamPod from the upstream chart's:

  serviceAccountName, restartPolicy, terminationGracePeriodSeconds, volumes   as in Kubernetes
  podSecurityContext   the pod's security
  podOptions           what may be missing: imagePullSecrets, nodeSelector, tolerations, affinity, …
  container            name to value of the Locust container's fields: image, args, env, volumeMounts, …
  containerOptions     its fields that may be missing: command, env, envFrom, probes, … */}}
{{- define "swarmfile.podSpec" -}}
serviceAccountName: {{ .serviceAccountName }}
# Only the sidecar gets a token, from a volume of its own.
automountServiceAccountToken: false
# Variables made from Services would reach Locust, which reads LOCUST_* as options.
enableServiceLinks: false
restartPolicy: {{ .restartPolicy }}
terminationGracePeriodSeconds: {{ .terminationGracePeriodSeconds }}
securityContext:
  {{- toYaml .podSecurityContext | nindent 2 }}
{{- range $field, $value := .podOptions }}
{{- with $value }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
containers:
  - name: locust
    {{- toYaml .container | nindent 4 }}
    {{- range $field, $value := .containerOptions }}
    {{- with $value }}
    {{ $field }}:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
volumes:
  {{- toYaml .volumes | nindent 2 }}
{{- end }}
