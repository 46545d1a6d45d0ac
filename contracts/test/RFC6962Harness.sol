// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RFC6962} from "../libraries/RFC6962.sol";

/// @title The library's functions made callable, for tests with vectors of any root
contract RFC6962Harness {
    /// @notice RFC6962.nodeHash
    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return RFC6962.nodeHash(left, right);
    }

    /// @notice RFC6962.isIncluded
    function isIncluded(bytes32 leafHash, uint64 index, uint64 size, bytes32 root, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return RFC6962.isIncluded(leafHash, index, size, root, proof);
    }

    /// @notice RFC6962.isConsistent
    function isConsistent(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return RFC6962.isConsistent(oldSize, oldRoot, newSize, newRoot, proof);
    }
}
