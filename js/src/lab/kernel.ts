/** The part of JupyterLab's documents and kernels that is used, found by its shape as `shell.ts` finds the windows. */

import type { Message, Outputs } from "./outputs";

export interface Signal<T> {
  connect(slot: (sender: unknown, args: T) => void): boolean;
  disconnect(slot: (sender: unknown, args: T) => void): boolean;
}

export interface Comm {
  readonly isDisposed: boolean;
  onMsg: (message: { content: { data: unknown } }) => void;
  onClose: (message: unknown) => void;
  open(): unknown;
  dispose(): void;
}

export interface Kernel {
  readonly clientId: string;
  readonly isDisposed: boolean;
  readonly iopubMessage: Signal<Message>;
  readonly statusChanged: Signal<string>;
  createComm(target: string): Comm;
}

export interface SessionContext {
  readonly ready: Promise<void>;
  readonly session: { readonly kernel: Kernel | null } | null;
  readonly kernelChanged: Signal<unknown>;
}

export interface CellModel {
  readonly id: string;
  readonly type: string;
  readonly outputs?: Outputs;
  executionState?: string;
  executionCount?: number | null;
  readonly stateChanged?: Signal<{ readonly name: string; readonly newValue: unknown }>;
}

/** A notebook that is open, however many windows show it. */
export interface NotebookContext {
  readonly ready: Promise<void>;
  readonly isDisposed: boolean;
  readonly sessionContext: SessionContext;
  readonly model: { dirty: boolean; readonly cells: Iterable<CellModel> };
}

/** Where the application makes the windows of its documents. */
export interface Registry {
  addWidgetExtension(
    factory: string,
    extension: { createNew(window: unknown, context: NotebookContext): void },
  ): unknown;
}
