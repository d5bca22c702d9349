#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The password prompt: asked for or not, accepted, dismissed, left open, and nobody waiting."""
import signal
import time

from bus_client import BOUND, PERSIST, Refused, wait_until
from harness import ONE, OPS, PLAIN, BusTest, boottime, main, new, old, sysctl, values
from password_agent import PasswordAgent

OTHER = [("net.ipv4.tcp_fin_timeout", "60", "30")]


class PromptTest(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.asker = self.process(PLAIN)
        self.agent = None

    def tearDown(self):
        if self.agent:
            self.agent.stop()
        super().tearDown()

    def agent_for(self, client, **more):
        self.agent = PasswordAgent(client, PLAIN, **more)
        return self.agent

    def wait_for_question(self, number=1):
        wait_until(lambda: len(self.agent.questions()) >= number, "polkit asks the agent")


class Answers(PromptTest):
    def test_the_right_password_lets_one_change_through_with_one_question(self):
        self.agent_for(self.asker)
        identity, state, _, _ = self.asker.run("apply", ONE, interactive=True)
        self.assertEqual(state, "applied")
        self.assertEqual(self.agent.questions(), ["begin org.tcptune1.apply"])
        # The owner confirms without a second prompt.
        self.assertEqual(self.asker.run("confirm", identity, interactive=True)[0], "committed")
        self.assertEqual(len(self.agent.questions()), 1)

    def test_keeping_is_asked_for_by_itself(self):
        self.agent_for(self.asker)
        self.asker.run("apply", ONE, flags=PERSIST, interactive=True)
        self.assertEqual(self.agent.questions(),
                         ["begin org.tcptune1.persist"])

    def test_nothing_is_kept_for_the_next_call(self):
        self.agent_for(self.asker)
        for _ in range(2):
            identity = self.asker.run("apply", ONE, interactive=True)[0]
            self.asker.run("rollback", identity)
        self.assertEqual(len(self.agent.questions()), 2)

    def test_a_dismissed_prompt_changes_nothing(self):
        self.agent_for(self.asker, accepts=False)
        with self.nothing_written(), self.refused("AccessDenied"):
            self.asker.run("apply", ONE, interactive=True)
        self.assertEqual(len(self.agent.questions()), 1)

    def test_who_does_not_want_to_be_asked_is_not_asked(self):
        self.agent_for(self.asker)
        with self.nothing_written(), self.refused("InteractiveAuthorizationRequired"):
            self.asker.run("apply", ONE)
        self.assertEqual(self.agent.questions(), [])

    def test_an_invalid_request_does_not_bother_anybody(self):
        self.agent_for(self.asker)
        for changes in ([("../x", "1", "2")], [], ONE * 2):
            with self.refused("InvalidKey", "InvalidArgs"):
                self.asker.run("apply", changes, interactive=True)
        with self.refused("NotFound"):
            self.asker.run("rollback", "0" * 32, interactive=True)
        self.assertEqual(self.agent.questions(), [])


class OpenPrompt(PromptTest):
    def test_a_client_that_died_at_the_prompt_changes_nothing(self):
        self.agent_for(self.asker, open_gate=False)
        with self.nothing_written():
            self.asker.begin("apply", ONE, interactive=True)
            self.wait_for_question()
            self.asker.kill()
            self.agent.open_gate()
            # Polkit may still take the password for good; the helper looks who is there.
            wait_until(lambda: {"accepted", "too late", "cancelled"} & set(self.agent.log()),
                       "the end")
            time.sleep(0.5)
            self.assertEqual(self.root.transactions(), [])
        # It waits for nobody any more.
        self.assertEqual(self.client(OPS).apply(ONE)[1], "applied")

    def test_a_client_that_died_just_after_the_yes_changes_nothing(self):
        """The yes is on its way to the helper, and then, behind it, the news of the death."""
        self.agent_for(self.asker, open_gate=False)
        with self.nothing_written():
            self.asker.begin("apply", ONE, interactive=True)
            self.wait_for_question()
            self.helper.signal(signal.SIGSTOP)
            self.agent.open_gate()
            wait_until(lambda: "accepted" in self.agent.log(), "polkit has the password")
            time.sleep(0.5)
            self.asker.kill()
            wait_until(lambda: not self.root.has_owner(self.asker.name), "the client is gone")
            self.helper.signal(signal.SIGCONT)
            self.assertEqual(self.root.transactions(), [])
            self.assertEqual(self.root.state(), "idle")

    def test_others_are_served_while_somebody_types(self):
        self.agent_for(self.asker, open_gate=False)
        self.asker.begin("apply", OTHER, interactive=True)
        self.wait_for_question()
        ops = self.client(OPS)
        identity = ops.apply(ONE)[0]
        self.assertEqual(ops.state(), "armed")
        self.assertEqual(ops.confirm(identity)[0], "committed")
        self.assertFalse(self.asker.answered())
        self.agent.open_gate()
        self.assertEqual(self.asker.finish()[1], "applied")
        self.assertEqual((values(ONE), values(OTHER)), (new(ONE), new(OTHER)))

    def test_two_prompts_one_change_at_a_time(self):
        """The yes comes when somebody else's change is armed already."""
        self.agent_for(self.asker, open_gate=False)
        self.asker.begin("apply", OTHER, interactive=True)
        self.wait_for_question()
        identity = self.client(OPS).apply(ONE)[0]
        self.agent.open_gate()
        with self.refused("Busy"):
            self.asker.finish()
        self.assertEqual(values(OTHER), old(OTHER))
        self.assertEqual(self.root.transaction(identity)["state"], "applied")

    def test_a_second_call_cannot_ride_on_the_prompt_of_the_first(self):
        self.agent_for(self.asker, open_gate=False)
        self.asker.run("begin_apply", ONE, interactive=True)
        self.wait_for_question()
        with self.refused("Busy"):
            self.asker.run("apply", OTHER, interactive=True)
        self.agent.open_gate()
        self.assertEqual(self.asker.run("finish")[1], "applied")
        self.assertEqual((values(ONE), values(OTHER)), (new(ONE), old(OTHER)))
        self.assertEqual(len(self.agent.questions()), 1)

    def test_a_connection_waits_with_eight_calls_and_no_more(self):
        committed = self.client(OPS).apply(ONE)[0]
        self.root.confirm(committed)
        self.agent_for(self.asker, open_gate=False)
        for _ in range(8):
            self.asker.run("begin", "Rollback", committed, 0, interactive=True)
        self.wait_for_question()
        with self.refused("LimitsExceeded"):
            self.asker.run("rollback", committed, interactive=True)
        self.assertEqual(self.root.state(), "idle")
        self.agent.open_gate()
        endings = []
        for _ in range(8):
            try:
                endings.append(self.asker.run("finish")[0])
            except Refused as refused:
                endings.append(refused.fault)
        self.assertEqual(endings.count("rolled_back"), 1, endings)
        self.assertEqual(values(ONE), old(ONE))

    def test_polkit_dies_with_the_prompt_open(self):
        self.agent_for(self.asker, open_gate=False)
        with self.nothing_written():
            self.asker.begin("apply", ONE, interactive=True)
            self.wait_for_question()
            self.scene.stop_polkit()
            with self.refused("AuthorizationUnavailable"):
                self.asker.finish()


class DeadlineAtThePrompt(PromptTest):
    def test_the_deadline_is_kept_while_confirm_waits_for_a_password(self):
        identity, state, _, _ = self.client(OPS).apply(ONE, timeout=10)
        armed = boottime()
        self.assertEqual(state, "applied")
        self.agent_for(self.asker, open_gate=False)
        self.asker.begin("confirm", identity, interactive=True)
        self.wait_for_question()
        while sysctl(ONE[0][0]) != "4096" and boottime() < armed + 60:
            time.sleep(0.02)
        late = boottime() - armed - 10
        self.assertGreater(late, -0.5)
        self.assertLess(late, 1.0)
        self.assertFalse(self.asker.answered())
        self.agent.open_gate()
        with self.nothing_written(), self.refused("Expired"):
            self.asker.finish()
        info = self.root.transaction(identity)
        self.assertEqual((info["state"], info["reason"]), ("rolled_back", "deadline"))

    def test_a_bound_client_that_dies_while_another_prompt_is_open_is_undone_at_once(self):
        bound = self.process(OPS)
        identity = bound.run("apply", ONE, flags=BOUND, timeout=600)[0]
        self.agent_for(self.asker, open_gate=False)
        self.asker.begin("confirm", identity, interactive=True)
        self.wait_for_question()
        bound.signal(signal.SIGKILL)
        info = self.wait_state(identity, "rolled_back")
        self.assertEqual(info["reason"], "client_gone")
        self.assertEqual(values(ONE), old(ONE))


if __name__ == "__main__":
    main(together=True)
