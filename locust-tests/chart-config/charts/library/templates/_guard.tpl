{{- /* YAML: what files/guard.gotmpl says of this release's target; empty where nothing guards it. */}}
{{- define "swarmfile.guard" -}}
{{- tpl (.Files.Get "files/guard.gotmpl") (dict "test" .Values "host" .Values.loadTest.host) -}}
{{- end }}

{{- define "swarmfile.guardNamespace" -}}
{{- .Values.guard.namespace | default .Release.Namespace -}}
{{- end }}

{{- /* Fails with one sentence where this release would change a run that is going, or load a target that is under load.
       Without a cluster nothing is known, and the sidecar alone decides. Who may make the Role may ask for the Lease. */}}
{{- define "swarmfile.checkGuard" -}}
{{- $guard := include "swarmfile.guard" . | fromYaml -}}
{{- if and $guard.lease .Values.rbac.create -}}
{{- $settings := (include "swarmfile.names" . | fromYaml).settings -}}
{{- $own := printf "%s/%s" .Release.Namespace $settings -}}
{{- $leases := list $guard.lease -}}
{{- with lookup "v1" "ConfigMap" .Release.Namespace $settings -}}
{{- $before := tpl ($.Files.Get "files/guard.gotmpl") (dict "test" $.Values "host" (index .data "settings.json" | fromJson).loadTest.host) | fromYaml -}}
{{- $leases = append $leases $before.lease | uniq -}}
{{- end -}}
{{- range $name := $leases -}}
{{- with include "swarmfile.guardHolder" (dict "root" $ "lease" $name) | fromYaml -}}
{{- if and (eq .owner $own) (ne .definition (include "swarmfile.guardDefinition" $)) -}}
{{- fail (printf "\n%s: end it (helmfile destroy, helm uninstall or its web UI), await its end, or write over it with guard.mode=off" .text) -}}
{{- else if and (ne .owner $own) (eq $guard.mode "refuse") -}}
{{- fail (printf "\n%s: await its end, or set guard.mode to wait or off" .text) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* The definition as the sidecar of this release would say it. */}}
{{- define "swarmfile.guardDefinition" -}}
{{- dig "loadtest" "environment" "SWARMFILE_DEFINITION" "" .Values.upstream | default (include "swarmfile.definition" .) | trunc 32 -}}
{{- end }}

{{- /* YAML: who holds a Lease that is renewed: owner, definition and a text; empty where nobody does. Takes root and lease. */}}
{{- define "swarmfile.guardHolder" -}}
{{- with lookup "coordination.k8s.io/v1" "Lease" (include "swarmfile.guardNamespace" .root) .lease -}}
{{- if .spec.holderIdentity -}}
{{- $renewed := toDate "2006-01-02T15:04:05.000000Z" .spec.renewTime | unixEpoch | int64 -}}
{{- if lt (sub (now | unixEpoch | int64) $renewed) (int64 .spec.leaseDurationSeconds) -}}
{{- toYaml (dict
  "owner" (index .metadata.annotations "swarmfile.io/owner")
  "definition" (index .metadata.annotations "swarmfile.io/definition")
  "text" (index .metadata.annotations "swarmfile.io/text")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
