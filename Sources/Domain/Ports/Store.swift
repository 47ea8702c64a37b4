// SPDX-License-Identifier: Apache-2.0

/// What servers that share a fleet share of it: its members, its maintenance, and its rights.
package typealias FleetHome = FleetStore & MaintenanceStore & LeaseStore

/// Everything that a database keeps for Dure, so that what belongs together is written together.
package protocol Store: KnowledgeStore, JobStore, JobAdministration, LeaseStore, EffectStore, WorkerKeyStore,
    OutboxStore, OrderStore, JobLookup, FleetStore, MaintenanceStore, WorkflowStore, WorkflowOrderStore, RankStore,
    AccessStore, AuditStore, SecretStore, HealthStore, AnswerStore
{}
