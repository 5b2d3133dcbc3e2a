CREATE TABLE `presets` (
	`preset_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`config` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `presets_name_key_unique` ON `presets` (`name_key`);--> statement-breakpoint
CREATE TABLE `run_replicates` (
	`run_id` text PRIMARY KEY NOT NULL,
	`method` integer NOT NULL,
	`seq` integer NOT NULL,
	`levels` text NOT NULL,
	`replicates` blob NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`run_id`) ON UPDATE no action ON DELETE cascade
);
