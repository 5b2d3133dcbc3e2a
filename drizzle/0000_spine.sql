CREATE TABLE `agents` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	`connected` integer DEFAULT false NOT NULL,
	`last_seen_at` integer,
	`version` text,
	`host` text,
	`gpus` text,
	`limits` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_token_hash_unique` ON `agents` (`token_hash`);--> statement-breakpoint
CREATE TABLE `gpu_samples` (
	`run_id` text NOT NULL,
	`seq` integer NOT NULL,
	`samples` text NOT NULL,
	PRIMARY KEY(`run_id`, `seq`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`run_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`key` text PRIMARY KEY NOT NULL,
	`body_hash` text NOT NULL,
	`run_id` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `level_results` (
	`run_id` text NOT NULL,
	`level_index` integer NOT NULL,
	`result` text NOT NULL,
	PRIMARY KEY(`run_id`, `level_index`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`run_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `request_batches` (
	`run_id` text NOT NULL,
	`seq` integer NOT NULL,
	`level_index` integer NOT NULL,
	`count` integer NOT NULL,
	`data` blob NOT NULL,
	PRIMARY KEY(`run_id`, `seq`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`run_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `results` (
	`run_id` text PRIMARY KEY NOT NULL,
	`result` text NOT NULL,
	`summary` text NOT NULL,
	`verdict` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`run_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`run_id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`name` text,
	`tags` text NOT NULL,
	`server_url` text NOT NULL,
	`model` text NOT NULL,
	`adapter` text NOT NULL,
	`agent_id` text,
	`config` text NOT NULL,
	`secrets` text,
	`cancel_requested` integer DEFAULT false NOT NULL,
	`rejected_by` text NOT NULL,
	`last_seq` integer DEFAULT 0 NOT NULL,
	`agent_done` integer DEFAULT false NOT NULL,
	`lease_expires_at` integer,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`completed_at` integer,
	`duration_seconds` real,
	`error` text
);
--> statement-breakpoint
CREATE INDEX `runs_created` ON `runs` ("created_at" desc,"run_id" desc);--> statement-breakpoint
CREATE INDEX `runs_status` ON `runs` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `runs_model` ON `runs` (`model`,`created_at`);--> statement-breakpoint
CREATE INDEX `runs_agent` ON `runs` (`agent_id`,`status`);