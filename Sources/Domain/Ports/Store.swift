// SPDX-License-Identifier: Apache-2.0

/// Everything that a database keeps for Dure, so that what belongs together is written together.
package protocol Store: KnowledgeStore, JobStore, JobAdministration, LeaseStore, EffectStore, WorkerKeyStore,
    OutboxStore, OrderStore, JobLookup, FleetStore, MaintenanceStore
{}
