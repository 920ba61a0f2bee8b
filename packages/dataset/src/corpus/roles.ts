// Who is the user and who the agent, where a corpus does not say: the first speaker is the user.

/** Gives roles in the order in which speakers appear: the first is the user, all others are the agent. */
export class RolesByAppearance {
  private first: string | undefined;

  of(speaker: string): 'user' | 'agent' {
    this.first ??= speaker;
    return speaker === this.first ? 'user' : 'agent';
  }
}
